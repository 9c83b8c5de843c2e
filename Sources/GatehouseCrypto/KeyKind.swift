/// A NIST curve of RFC 7518 section 6.2.1.1.
package enum Curve: String, Sendable, CaseIterable, Hashable {
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"

    /// The length in bytes of a coordinate, and of each half of a JOSE signature (RFC 7518 section 3.4).
    package var coordinateCount: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }
}

/// What a key is, which decides the algorithms it can serve.
package enum KeyKind: Sendable, Equatable {
    case octets(count: Int)
    case rsa(bits: Int)
    case ellipticCurve(Curve)
    case ed25519
}

extension KeyKind {
    /// Tells whether the algorithm fits the family and curve, or the length of a secret (RFC 7518 section 3.2).
    package func supports(_ algorithm: SignatureAlgorithm) -> Bool {
        switch (self, algorithm) {
        case (.octets(let count), .hs256), (.octets(let count), .hs384), (.octets(let count), .hs512):
            count >= algorithm.digestCount
        case (.rsa, .rs256), (.rsa, .rs384), (.rsa, .rs512), (.rsa, .ps256), (.rsa, .ps384), (.rsa, .ps512): true
        case (.ellipticCurve(.p256), .es256), (.ellipticCurve(.p384), .es384), (.ellipticCurve(.p521), .es512): true
        case (.ed25519, .edDSA): true
        default: false
        }
    }
}
