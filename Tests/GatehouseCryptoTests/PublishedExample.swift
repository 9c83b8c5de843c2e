import GatehouseCrypto
import Testing

/// A signed message from an RFC.
struct PublishedExample: Sendable, CustomTestStringConvertible {
    enum Key: Sendable {
        case secret(String)
        case rsa(modulus: String, exponent: String)
        case ellipticCurve(Curve, x: String, y: String)
        case ed25519(String)
    }

    let name: String
    let key: Key
    let algorithm: SignatureAlgorithm
    let token: String

    var testDescription: String { name }

    /// What was signed: everything before the last dot.
    var message: [UInt8] { Array(token.utf8.prefix(upTo: lastDot)) }

    /// The signature, decoded.
    func signature() throws -> [UInt8] {
        try #require(Base64URL.decode(Array(token.utf8.suffix(from: lastDot).dropFirst())))
    }

    /// The key, built from its members.
    func verificationKey() throws -> VerificationKey {
        switch key {
        case .secret(let secret): try .hmac(secret: Secret(decoded(secret)))
        case .rsa(let modulus, let exponent): try .rsa(modulus: decoded(modulus), exponent: decoded(exponent))
        case .ellipticCurve(let curve, let x, let y): try .ellipticCurve(curve, x: decoded(x), y: decoded(y))
        case .ed25519(let x): try .ed25519(decoded(x))
        }
    }

    private var lastDot: String.Index { token.utf8.lastIndex(of: UInt8(ascii: ".")) ?? token.startIndex }

    private func decoded(_ text: String) throws -> [UInt8] {
        try #require(Base64URL.decode(Array(text.utf8)))
    }
}
