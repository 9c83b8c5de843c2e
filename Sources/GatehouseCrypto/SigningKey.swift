private import COpenSSL

/// A key that can sign, for tokens of our own, the `token mint` command and tests.
///
/// It is immutable and may be used from any number of threads at once.
package final class SigningKey: Sendable {
    /// The matching key that checks what this one signs.
    package let verificationKey: VerificationKey

    private let work: Work

    private enum Work: Sendable {
        case mac(MessageAuthentication)
        case privateKey(LibraryObject)
    }

    private init(verificationKey: VerificationKey, work: Work) {
        self.verificationKey = verificationKey
        self.work = work
    }

    /// Takes over a private key, whose public half passes the checks of `VerificationKey`.
    convenience init(_ object: LibraryObject) throws(KeyFlaw) {
        let verificationKey = try VerificationKey(PublicKey(object: object))
        try Self.checkHalvesMatch(object)
        self.init(verificationKey: verificationKey, work: .privateKey(object))
    }

    /// Makes a MAC key from a shared secret, with the checks of `VerificationKey.hmac`.
    package static func hmac(secret: Secret, minimumCount: Int = 32) throws(KeyFlaw) -> SigningKey {
        let verificationKey = try VerificationKey.hmac(secret: secret, minimumCount: minimumCount)
        return SigningKey(verificationKey: verificationKey, work: .mac(try MessageAuthentication(secret: secret)))
    }

    /// Makes a fresh P-256 key.
    package static func generateES256() throws(KeyFlaw) -> SigningKey {
        try generateEllipticCurve(.p256)
    }

    /// Makes a fresh key on the curve.
    package static func generateEllipticCurve(_ curve: Curve) throws(KeyFlaw) -> SigningKey {
        try unsafe generate(family: "EC") { context in unsafe EVP_PKEY_CTX_set_group_name(context, curve.groupName) == 1
        }
    }

    /// Makes a fresh RSA key with the exponent 65537; it takes a good part of a second.
    ///
    /// Throws as `VerificationKey.rsa` does for a size that is not allowed.
    package static func generateRSA(bits: Int = 2048) throws(KeyFlaw) -> SigningKey {
        guard bits >= 2048 else { throw .rsaTooSmall(bits: bits) }
        guard bits <= 8192 else { throw .rsaTooLarge(bits: bits) }
        return try unsafe generate(family: "RSA") { context in
            unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, CInt(bits)) == 1
        }
    }

    /// Makes a fresh Ed25519 key.
    package static func generateEd25519() throws(KeyFlaw) -> SigningKey {
        try unsafe generate(family: "ED25519") { _ in true }
    }

    /// Reads one private key in PEM form, without a passphrase: PKCS#8, or the older RSA and EC forms.
    ///
    /// Throws `malformed` too when the public half in the file is not that of the private half.
    package static func pem(_ text: Secret) throws(KeyFlaw) -> SigningKey {
        try SigningKey(LibraryObject.privateKey(pem: text))
    }

    /// Signs the message and returns the signature in JOSE form, which is `r || s` for a curve (RFC 7518 section 3.4).
    ///
    /// Throws `unsupportedAlgorithm` when the key does not support the algorithm.
    package func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) throws(KeyFlaw) -> [UInt8] {
        guard verificationKey.supports(algorithm) else { throw .unsupportedAlgorithm }
        switch work {
        case .mac(let authentication):
            return try authentication.sign(message, algorithm: algorithm)
        case .privateKey(let key):
            let signature = try Self.sign(message, key, algorithm)
            guard case .ellipticCurve(let curve) = verificationKey.kind else { return signature }
            return try JOSESignature.fromDER(signature, curve: curve)
        }
    }

    /// The public key as PEM SubjectPublicKeyInfo, or `nil` for a shared secret, which has none.
    package var publicPEM: [UInt8]? { verificationKey.publicPEM }

    /// The private key as unencrypted PKCS#8 PEM, or `nil` for a shared secret.
    package var privatePEM: Secret? {
        object?.privatePEM
    }

    /// The private key for libcrypto, or `nil` for a shared secret.
    var object: LibraryObject? {
        guard case .privateKey(let key) = work else { return nil }
        return key
    }

    private static func sign(
        _ message: [UInt8],
        _ key: LibraryObject,
        _ algorithm: SignatureAlgorithm
    ) throws(KeyFlaw) -> [UInt8] {
        let context = try unsafe LibraryObject(EVP_MD_CTX_new()) { unsafe EVP_MD_CTX_free($0) }
        var parameters: OpaquePointer?
        let digest = algorithm.digestName
        var count = Int(unsafe EVP_PKEY_get_size(key.pointer))
        var signature = [UInt8](repeating: 0, count: max(count, 0))
        guard unsafe EVP_DigestSignInit_ex(context.pointer, &parameters, digest, nil, nil, key.pointer, nil) == 1,
            unsafe algorithm.configurePadding(parameters),
            unsafe EVP_DigestSign(context.pointer, &signature, &count, message, message.count) == 1
        else { throw KeyFlaw.ofLibrary() }
        return Array(signature.prefix(count))
    }

    private static func generate(
        family: String,
        configure: (OpaquePointer?) -> Bool
    ) throws(KeyFlaw) -> SigningKey {
        let context = try unsafe LibraryObject(EVP_PKEY_CTX_new_from_name(nil, family, nil)) {
            unsafe EVP_PKEY_CTX_free($0)
        }
        var key: OpaquePointer?
        if unsafe EVP_PKEY_keygen_init(context.pointer) == 1, unsafe configure(context.pointer) {
            _ = unsafe EVP_PKEY_generate(context.pointer, &key)
        }
        return try SigningKey(unsafe LibraryObject(key) { unsafe EVP_PKEY_free($0) })
    }

    private static func checkHalvesMatch(_ key: LibraryObject) throws(KeyFlaw) {
        let context = try unsafe LibraryObject(EVP_PKEY_CTX_new_from_pkey(nil, key.pointer, nil)) {
            unsafe EVP_PKEY_CTX_free($0)
        }
        guard unsafe EVP_PKEY_pairwise_check(context.pointer) == 1 else { throw KeyFlaw.ofLibrary(.malformed) }
    }
}
