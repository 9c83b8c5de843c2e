import GatehouseCore
import GatehouseCrypto

/// The public members of keys, taken from their SubjectPublicKeyInfo.
enum PublicParts {
    /// A JWK with the members given, in bytes.
    static func jwk(of key: SigningKey) -> [UInt8] {
        Array(self.jwkText(of: key).utf8)
    }

    /// The text of a JWK; `more` is appended to its members.
    static func jwkText(
        of key: SigningKey,
        kid: String? = nil,
        algorithm: String? = nil,
        more: String = ""
    ) -> String {
        var text = "{" + self.members(of: key)
        if let kid { text += ",\"kid\":\"\(kid)\"" }
        if let algorithm { text += ",\"alg\":\"\(algorithm)\"" }
        return text + more + "}"
    }

    /// Plain Base64 in the URL-safe alphabet, without padding.
    static func urlSafe(_ text: String) -> [UInt8] {
        text.utf8.filter { $0 != 0x3D }.map { $0 == 0x2B ? 0x2D : $0 == 0x2F ? 0x5F : $0 }
    }

    private static func members(of key: SigningKey) -> String {
        let der = self.subjectPublicKeyInfo(of: key)
        switch key.verificationKey.kind {
        case .octets:
            return "\"kty\":\"oct\",\"k\":\"\(Base64URL.string(Array(SigningKeys.secretText.utf8)))\""
        case .ellipticCurve(let curve):
            let count = curve.coordinateCount
            let y = Base64URL.string(Array(der.suffix(count)))
            let x = Base64URL.string(Array(der.suffix(2 * count).prefix(count)))
            return "\"kty\":\"EC\",\"crv\":\"\(curve.rawValue)\",\"x\":\"\(x)\",\"y\":\"\(y)\""
        case .ed25519:
            return "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\(Base64URL.string(Array(der.suffix(32))))\""
        case .rsa(let bits):
            // The key ends with the modulus, then tag, length and the three bytes of the exponent 65537.
            let modulus = Base64URL.string(Array(der.dropLast(5).suffix(bits / 8)))
            return "\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"\(modulus)\""
        }
    }

    private static func subjectPublicKeyInfo(of key: SigningKey) -> [UInt8] {
        let lines = String(decoding: key.publicPEM ?? [], as: UTF8.self).split(separator: "\n")
        return Base64URL.decode(self.urlSafe(lines.filter { !$0.hasPrefix("-----") }.joined())) ?? []
    }
}

/// HMAC-SHA256 without the checks that our own keys make (RFC 2104), as an attacker would have it.
enum BareHMAC {
    static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > 64 ? SHA256.digest(key) : key
        block.append(contentsOf: [UInt8](repeating: 0, count: 64 - block.count))
        let inner = SHA256.digest(block.map { $0 ^ 0x36 } + message)
        return SHA256.digest(block.map { $0 ^ 0x5C } + inner)
    }
}

extension TokenVerifier {
    /// A verifier that trusts the issuer of `Forge` with a key set and every algorithm.
    static func trusting(set: JWKSet) -> TokenVerifier {
        self.trusting([
            TokenIssuer(
                name: "corporate",
                issuer: Forge.issuer,
                audiences: ["orders-api"],
                algorithms: SignatureAlgorithm.allCases,
                keys: .set(set)
            )
        ])
    }
}
