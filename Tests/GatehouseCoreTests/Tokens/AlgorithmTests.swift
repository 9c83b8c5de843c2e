import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct AlgorithmTests {
    @Test(arguments: SignatureAlgorithm.allCases)
    func `a token of every algorithm is accepted by its own key and by no other`(algorithm: SignatureAlgorithm) {
        let token = Forge.token(algorithm: algorithm)
        #expect(TokenVerifier.trusting(SigningKeys.key(for: algorithm), algorithms: [algorithm]).flaw(token) == nil)
        let others: [SigningKey] = [SigningKeys.otherHMAC, SigningKeys.otherP256]
        for other in others where other.verificationKey.supports(algorithm) {
            #expect(TokenVerifier.trusting(other, algorithms: [algorithm]).flaw(token) == .badSignature)
        }
    }

    @Test(arguments: [
        "\"none\"", "\"None\"", "\"NONE\"", "\"nOnE\"", "\"\"", "null", "1", "[\"ES256\"]", "[]", "{}", "true", nil,
    ])
    func `T-01: no spelling of none is verified`(algorithm: String?) {
        let header = algorithm.map { "{\"alg\":\($0)}" } ?? "{\"typ\":\"JWT\"}"
        let verifier = TokenVerifier.trusting(algorithms: SignatureAlgorithm.allCases)
        let signed = Forge.token(header: header)
        let expected: TokenFlaw = algorithm?.first == "\"" ? .algorithmNotAllowed : .malformed
        #expect(verifier.flaw(signed) == expected)
        #expect(verifier.flaw(Forge.token(signed, signature: [])) == expected)
    }

    @Test(arguments: [SigningKeys.rsa, SigningKeys.p256, SigningKeys.ed25519])
    func `T-02: a public key is never a MAC secret`(key: SigningKey) throws {
        let pem = try #require(key.publicPEM)
        let trimmed = Array(pem.dropLast(pem.last == 0x0A ? 1 : 0))
        let body = String(decoding: pem, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-----") }
            .joined()
        let der = try #require(Base64URL.decode(PublicParts.urlSafe(body)))
        let texts = [pem, trimmed, der, PublicParts.jwk(of: key), Array(der.suffix(256)), Array(body.utf8)]
        let verifier = TokenVerifier.trusting(key, algorithms: SignatureAlgorithm.allCases)
        for text in texts {
            // Our own HMAC refuses such secrets, so the attacker's is a bare one.
            let header = Base64URL.encode(Array("{\"alg\":\"HS256\"}".utf8))
            let message = header + [0x2E] + Base64URL.encode(Array(Forge.payload().utf8))
            let forged = message + [0x2E] + Base64URL.encode(BareHMAC.sha256(message, key: text))
            #expect(verifier.flaw(forged) == .algorithmNotAllowed)
        }
    }

    @Test(arguments: [SignatureAlgorithm.ps256, .rs512, .rs384])
    func `T-04: the issuer's algorithms bind`(algorithm: SignatureAlgorithm) {
        let token = Forge.token(algorithm: algorithm)
        #expect(TokenVerifier.trusting(SigningKeys.rsa, algorithms: [.rs256]).flaw(token) == .algorithmNotAllowed)
        #expect(TokenVerifier.trusting(SigningKeys.rsa, algorithms: [.rs256, algorithm]).flaw(token) == nil)
    }

    @Test func `T-04: the key's own alg binds`() throws {
        let key = PublicParts.jwkText(of: SigningKeys.rsa, kid: "a", algorithm: "RS256")
        let verifier = TokenVerifier.trusting(set: try JWKSet.parse(Array("{\"keys\":[\(key)]}".utf8)))
        #expect(verifier.flaw(Forge.token(algorithm: .rs256)) == nil)
        #expect(verifier.flaw(Forge.token(algorithm: .ps256)) == .unknownKey)
        let named = Forge.token(header: "{\"alg\":\"PS256\",\"kid\":\"a\"}", algorithm: .ps256)
        #expect(verifier.flaw(named) == .algorithmNotAllowed)
    }

    @Test(arguments: [
        (SigningKeys.p256, "ES384"), (SigningKeys.p384, "ES256"), (SigningKeys.p256, "ES256K"),
        (SigningKeys.ed25519, "ES256"), (SigningKeys.ed25519, "Ed25519"), (SigningKeys.p256, "EdDSA"),
        (SigningKeys.p256, "es256"), (SigningKeys.p256, "ES256 "),
    ])
    func `T-05: the curve fixes the algorithm`(key: SigningKey, name: String) {
        let own = key.verificationKey.defaultAlgorithms[0]
        let token = Forge.token(header: "{\"alg\":\"\(name)\"}", algorithm: own, key: key)
        let verifier = TokenVerifier.trusting(key, algorithms: SignatureAlgorithm.allCases)
        #expect(verifier.flaw(token) == .algorithmNotAllowed)
    }
}
