private import COpenSSL

/// Bytes that must not be shown: a token secret, a password, a private key.
///
/// It cannot be printed, dumped, encoded or compared with `==`, and its memory is wiped when the last copy goes away.
/// Copies share one allocation. The bytes that were passed in remain the caller's to forget.
package struct Secret: Sendable {
    private let storage: Storage

    /// Copies the bytes into memory of its own.
    package init(_ bytes: [UInt8]) {
        self.storage = unsafe bytes.withUnsafeBytes { unsafe Storage($0) }
    }

    /// Copies memory that a library owns.
    init(copying buffer: UnsafeRawBufferPointer) {
        self.storage = unsafe Storage(buffer)
    }

    /// The number of bytes.
    package var count: Int { storage.count }

    /// Lends the bytes to a closure.
    ///
    /// Every use of a secret's value is a call of this function, so a search for its name is the audit list.
    package func reveal<R: ~Copyable, E: Error>(_ body: (borrowing Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try storage.reveal(body)
    }

    /// Compares without telling by its duration where the difference is; the length is not hidden.
    package func constantTimeEquals(_ other: Secret) -> Bool {
        reveal { mine in other.reveal { theirs in GatehouseCrypto.constantTimeEquals(mine, theirs) } }
    }
}

extension Secret {
    // The address is kept as a number: it is written once, before the object is shared, and freed by `deinit` alone.
    @safe
    private final class Storage: Sendable {
        private let address: UInt
        let count: Int

        init(_ bytes: UnsafeRawBufferPointer) {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: Swift.max(bytes.count, 1), alignment: 1)
            unsafe UnsafeMutableRawBufferPointer(start: memory, count: bytes.count).copyMemory(from: bytes)
            self.address = UInt(bitPattern: memory)
            self.count = bytes.count
        }

        func reveal<R: ~Copyable, E: Error>(_ body: (borrowing Span<UInt8>) throws(E) -> R) throws(E) -> R {
            let start = unsafe UnsafePointer<UInt8>(bitPattern: address)
            let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count))
            return try body(span)
        }

        deinit {
            guard let memory = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return }
            unsafe OPENSSL_cleanse(memory, count)
            unsafe memory.deallocate()
        }
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<secret>`.
    package var description: String { "<secret>" }

    /// Always `<secret>`.
    package var debugDescription: String { "<secret>" }

    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
