import GatehouseCrypto

/// Keys for tests, made once each because making one can take long.
enum Keys {
    static let message = [UInt8](text: "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ")

    static func rsa() throws -> SigningKey { try rsaResult.get() }

    static func ellipticCurve(_ curve: Curve) throws -> SigningKey { try .generateEllipticCurve(curve) }

    static func secret(_ count: Int) -> Secret { Secret(Random.bytes(count)) }

    /// One key of every kind, with one signature of it over `message` per algorithm.
    static func everyKind() throws -> [SigningKey] {
        [
            try .hmac(secret: secret(64)), try rsa(), try ellipticCurve(.p256), try ellipticCurve(.p384),
            try ellipticCurve(.p521), try .generateEd25519(),
        ]
    }

    private static let rsaResult = Result { () throws(KeyFlaw) in try SigningKey.generateRSA() }
}
