import GatehouseCrypto

/// Keys that tests sign with, made once a process.
enum SigningKeys {
    static let secretText = "correct-horse-battery-staple-and-then-some-more-letters-to-reach-64"
    static let hmac = made { () throws(KeyFlaw) in try .hmac(secret: Secret(Array(secretText.utf8))) }
    static let otherHMAC = made { () throws(KeyFlaw) in try .hmac(secret: Secret(Array(secretText.utf8.reversed()))) }
    static let rsa = made { () throws(KeyFlaw) in try .generateRSA() }
    static let p256 = made { () throws(KeyFlaw) in try .generateES256() }
    static let otherP256 = made { () throws(KeyFlaw) in try .generateES256() }
    static let p384 = made { () throws(KeyFlaw) in try .generateEllipticCurve(.p384) }
    static let p521 = made { () throws(KeyFlaw) in try .generateEllipticCurve(.p521) }
    static let ed25519 = made { () throws(KeyFlaw) in try .generateEd25519() }

    /// Every algorithm with a key that serves it.
    static let all: [(algorithm: SignatureAlgorithm, key: SigningKey)] = SignatureAlgorithm.allCases.map {
        ($0, key(for: $0))
    }

    static func key(for algorithm: SignatureAlgorithm) -> SigningKey {
        switch algorithm {
        case .hs256, .hs384, .hs512: hmac
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: rsa
        case .es256: p256
        case .es384: p384
        case .es512: p521
        case .edDSA: ed25519
        }
    }

    private static func made(_ make: () throws(KeyFlaw) -> SigningKey) -> SigningKey {
        do throws(KeyFlaw) {
            return try make()
        } catch {
            preconditionFailure("a test key could not be made: \(error.message)")
        }
    }
}
