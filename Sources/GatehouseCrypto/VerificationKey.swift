private import COpenSSL

/// A key that can check signatures, and nothing else.
///
/// It is immutable and may be used from any number of threads at once; no call blocks on anything but the processor.
/// Every way to make one checks the key in full, so a key that exists is sound.
package final class VerificationKey: Sendable {
    /// What the key is.
    package let kind: KeyKind

    private let work: Work

    private enum Work: Sendable {
        case mac(MessageAuthentication)
        case publicKey(LibraryObject, [(algorithm: SignatureAlgorithm, verifier: PublicKeyVerifier)])
    }

    private init(secret: Secret) throws(KeyFlaw) {
        self.kind = .octets(count: secret.count)
        self.work = .mac(try MessageAuthentication(secret: secret))
    }

    init(_ members: PublicKey) throws(KeyFlaw) {
        let kind = try members.checkedKind()
        let object = try members.makeObject()
        var verifiers: [(algorithm: SignatureAlgorithm, verifier: PublicKeyVerifier)] = []
        for algorithm in SignatureAlgorithm.allCases where kind.supports(algorithm) {
            verifiers.append((algorithm, try PublicKeyVerifier(key: object, algorithm: algorithm)))
        }
        self.kind = kind
        self.work = .publicKey(object, verifiers)
    }

    /// Makes a MAC key from a shared secret.
    ///
    /// Throws `secretTooShort`, `secretIsPlaceholder`, or `secretIsPublicKey` for the text of any key: with such a
    /// secret whoever knows the public key could sign (CVE-2022-29217).
    package static func hmac(secret: Secret, minimumCount: Int = 32) throws(KeyFlaw) -> VerificationKey {
        try secret.checkQuality(minimumCount: minimumCount)
        return try VerificationKey(secret: secret)
    }

    /// Reads one public key in PEM form: SubjectPublicKeyInfo, PKCS#1 `RSA PUBLIC KEY`, or the first certificate.
    ///
    /// A private key is refused with `privateKeyGiven`. The key passes the same checks as one given by its members.
    package static func pem(_ bytes: [UInt8]) throws(KeyFlaw) -> VerificationKey {
        try VerificationKey(PublicKey(pem: bytes.span))
    }

    /// Makes an RSA key from big-endian members (RFC 7518 section 6.3.1).
    ///
    /// The modulus must be odd with 2048 to 8192 bits, the exponent odd, at least 65537 and below 2^64.
    package static func rsa(modulus: [UInt8], exponent: [UInt8]) throws(KeyFlaw) -> VerificationKey {
        try VerificationKey(PublicKey.rsa(modulus: modulus, exponent: exponent))
    }

    /// Makes a key on a NIST curve from its full-length big-endian coordinates (RFC 7518 section 6.2.1).
    package static func ellipticCurve(_ curve: Curve, x: [UInt8], y: [UInt8]) throws(KeyFlaw) -> VerificationKey {
        try VerificationKey(PublicKey.ellipticCurve(curve, x: x, y: y))
    }

    /// Makes an Ed25519 key from its 32 bytes (RFC 8037 section 2).
    ///
    /// Throws `smallOrder` for the eight points that would accept forged signatures, in any encoding, and
    /// `pointNotOnCurve` for bytes that are no point or not its canonical encoding.
    package static func ed25519(_ x: [UInt8]) throws(KeyFlaw) -> VerificationKey {
        try VerificationKey(PublicKey.ed25519(x))
    }

    /// The algorithms to allow when the settings name none: exactly one.
    package var defaultAlgorithms: [SignatureAlgorithm] {
        switch kind {
        case .octets: [.hs256]
        case .rsa: [.rs256]
        case .ellipticCurve(.p256): [.es256]
        case .ellipticCurve(.p384): [.es384]
        case .ellipticCurve(.p521): [.es512]
        case .ed25519: [.edDSA]
        }
    }

    /// Tells whether the algorithm fits the key's family and curve, or the length of a secret (RFC 7518 section 3.2).
    package func supports(_ algorithm: SignatureAlgorithm) -> Bool {
        kind.supports(algorithm)
    }

    /// Tells whether the signature, in JOSE form, was made over the message with this key.
    ///
    /// An algorithm that the key does not support, a signature of the wrong length and any error inside are `false`.
    /// The message is not copied. A MAC is compared in constant time.
    package func isValid(
        signature: borrowing Span<UInt8>,
        over message: borrowing Span<UInt8>,
        algorithm: SignatureAlgorithm
    ) -> Bool {
        switch work {
        case .mac(let authentication):
            return authentication.isValid(signature: signature, over: message, algorithm: algorithm)
        case .publicKey(_, let verifiers):
            // Only the algorithms that the key supports have a verifier.
            guard let verifier = verifiers.first(where: { $0.algorithm == algorithm })?.verifier else { return false }
            return isValid(signature: signature, over: message, verifier: verifier)
        }
    }

    /// The public key as PEM SubjectPublicKeyInfo, or `nil` for a shared secret, which has none.
    package var publicPEM: [UInt8]? {
        guard case .publicKey(let object, _) = work else { return nil }
        return object.publicPEM
    }

    private func isValid(
        signature: borrowing Span<UInt8>,
        over message: borrowing Span<UInt8>,
        verifier: PublicKeyVerifier
    ) -> Bool {
        switch kind {
        case .octets:
            return false
        case .rsa(let bits):
            // RFC 8017 section 8.2.2 step 1.
            guard signature.count == (bits + 7) / 8 else { return false }
            return verifier.isValid(signature: signature, over: message)
        case .ellipticCurve(let curve):
            guard let converted = JOSESignature(signature, curve: curve) else { return false }
            return converted.withDER { der in verifier.isValid(signature: der, over: message) }
        case .ed25519:
            // libcrypto refuses S >= L and compares R as bytes, so neither has a second spelling.
            guard signature.count == 64 else { return false }
            return verifier.isValid(signature: signature, over: message)
        }
    }
}
