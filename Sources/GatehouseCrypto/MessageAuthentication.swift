private import COpenSSL

/// HMAC with one secret (RFC 2104), keyed once and copied for every message.
///
/// The keyed contexts are never used themselves, only duplicated, which reads them; so threads may share them.
struct MessageAuthentication: Sendable {
    private let contexts: [(algorithm: SignatureAlgorithm, keyed: LibraryObject)]

    /// Keys a context for each HS algorithm whose digest is no longer than the secret (RFC 7518 section 3.2).
    init(secret: Secret) throws(KeyFlaw) {
        var contexts: [(algorithm: SignatureAlgorithm, keyed: LibraryObject)] = []
        for algorithm in SignatureAlgorithm.allCases
        where algorithm.isSymmetric && secret.count >= algorithm.digestCount {
            contexts.append((algorithm, try Self.key(algorithm, secret)))
        }
        self.contexts = contexts
    }

    /// Compares the MAC of the message with the signature, in constant time, after a check of its length.
    func isValid(
        signature: borrowing Span<UInt8>,
        over message: borrowing Span<UInt8>,
        algorithm: SignatureAlgorithm
    ) -> Bool {
        guard signature.count == algorithm.digestCount else { return false }
        var code = Code(repeating: 0)
        guard compute(message, algorithm: algorithm, into: &code) else { return false }
        return constantTimeEquals(code.span.extracting(first: signature.count), signature)
    }

    /// Returns the MAC of the message.
    func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) throws(KeyFlaw) -> [UInt8] {
        var code = Code(repeating: 0)
        guard compute(message.span, algorithm: algorithm, into: &code) else { throw .unsupportedAlgorithm }
        return [UInt8](copying: code.span.extracting(first: algorithm.digestCount))
    }

    // The longest digest has 64 bytes, so a MAC needs no allocation.
    private typealias Code = InlineArray<64, UInt8>

    private func compute(_ message: borrowing Span<UInt8>, algorithm: SignatureAlgorithm, into code: inout Code) -> Bool
    {
        guard let keyed = contexts.first(where: { $0.algorithm == algorithm })?.keyed else { return false }
        let context = unsafe EVP_MAC_CTX_dup(keyed.pointer)
        defer { unsafe EVP_MAC_CTX_free(context) }
        guard unsafe context != nil else { return false }
        var count = 0
        var output = code.mutableSpan
        let succeeded = unsafe message.withUnsafeBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { buffer in
                unsafe EVP_MAC_update(context, input.baseAddress, input.count) == 1
                    && EVP_MAC_final(context, buffer.baseAddress, &count, buffer.count) == 1
            }
        }
        guard succeeded, count == algorithm.digestCount else {
            ERR_clear_error()
            return false
        }
        return true
    }

    private static func key(_ algorithm: SignatureAlgorithm, _ secret: Secret) throws(KeyFlaw) -> LibraryObject {
        let method = try unsafe LibraryObject(EVP_MAC_fetch(nil, "HMAC", nil)) { unsafe EVP_MAC_free($0) }
        let context = try unsafe LibraryObject(EVP_MAC_CTX_new(method.pointer)) { unsafe EVP_MAC_CTX_free($0) }
        let result = secret.reveal { bytes in
            unsafe bytes.withUnsafeBufferPointer { key in
                unsafe gatehouse_hmac_key(context.pointer, key.baseAddress, key.count, algorithm.digestName)
            }
        }
        guard result == 1 else { throw KeyFlaw.ofLibrary() }
        return context
    }
}
