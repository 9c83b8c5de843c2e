private import COpenSSL

/// Owns one object of libcrypto and frees it with the last reference.
///
/// The address is kept as a number because it never changes. Whether the object itself may be read from several threads
/// is for the owner to know: keys, and contexts that are only copied from, may be.
@safe
final class LibraryObject: Sendable {
    private let address: UInt
    private let release: @Sendable (OpaquePointer) -> Void

    /// Takes over what a constructor of libcrypto returned, where no object at all means that it failed.
    init(
        _ pointer: OpaquePointer?,
        otherwise flaw: KeyFlaw = .libraryFailure,
        release: @escaping @Sendable (OpaquePointer) -> Void
    ) throws(KeyFlaw) {
        guard let pointer = unsafe pointer else {
            ERR_clear_error()
            throw flaw
        }
        self.address = UInt(bitPattern: pointer)
        unsafe self.release = unsafe release
    }

    /// The object, which lives as long as this owner does.
    ///
    /// Hold the owner in a named constant across the call that gets the pointer: Swift does not end the life of one
    /// before a call into C that follows it in the same scope.
    var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: address) }

    deinit {
        if let pointer = unsafe pointer { unsafe release(pointer) }
    }
}
