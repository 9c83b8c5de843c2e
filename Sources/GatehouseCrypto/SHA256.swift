private import COpenSSL

/// The SHA-256 digest of FIPS 180-4.
package enum SHA256 {
    /// The size of a digest in bytes.
    package static let count = 32

    /// Returns the 32 bytes of the digest.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        digest(bytes.span)
    }

    /// Returns the 32 bytes of the digest.
    package static func digest(_ bytes: borrowing Span<UInt8>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: count)
        unsafe bytes.withUnsafeBufferPointer { input in
            unsafe digest.withUnsafeMutableBufferPointer { output in
                let method = unsafe OpaquePointer(bitPattern: Self.method)
                let result = unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, nil, method, nil)
                // A digest of zeros could be mistaken for a real one, and only a broken libcrypto gets here.
                precondition(result == 1, "libcrypto offers SHA-256")
            }
        }
        return digest
    }

    // Fetched once and never freed: EVP_sha256() would be looked up again at every call.
    private static let method = UInt(bitPattern: unsafe EVP_MD_fetch(nil, "SHA256", nil))
}
