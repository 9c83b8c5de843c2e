import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct JWKSetTests {
    private func parse(_ keys: String...) throws -> JWKSet {
        try JWKSet.parse(Array("{\"keys\":[\(keys.joined(separator: ","))]}".utf8))
    }

    private func flaw(_ document: String) -> JWKSFlaw? {
        do throws(JWKSFlaw) {
            _ = try JWKSet.parse(Array(document.utf8))
            return nil
        } catch {
            return error
        }
    }

    private static let good = PublicParts.jwkText(of: SigningKeys.ed25519, kid: "good")

    @Test(arguments: [
        SigningKeys.rsa, SigningKeys.p256, SigningKeys.p384, SigningKeys.p521, SigningKeys.ed25519, SigningKeys.hmac,
    ])
    func `a key of every type verifies`(key: SigningKey) throws {
        let set = try self.parse(
            PublicParts.jwkText(of: key, kid: "k", more: ",\"use\":\"sig\",\"key_ops\":[\"verify\"],\"x\\u0035t\":1")
        )
        #expect(set.warnings == [])
        let algorithm = key.verificationKey.defaultAlgorithms[0]
        #expect(set.defaultAlgorithms == [algorithm])
        #expect(set.serves(algorithm))
        let token = Forge.token(
            header: "{\"alg\":\"\(algorithm.rawValue)\",\"kid\":\"k\"}",
            algorithm: algorithm,
            key: key
        )
        #expect(TokenVerifier.trusting(set: set).flaw(token) == nil)
    }

    @Test(arguments: [
        ",\"use\":\"enc\"", ",\"use\":1", ",\"use\":\"sig\",\"key_ops\":[\"encrypt\"]", ",\"key_ops\":\"verify\"",
        ",\"key_ops\":[]",
        ",\"alg\":\"RSA-OAEP\"", ",\"alg\":\"none\"", ",\"alg\":1", ",\"alg\":\"ES384\"", ",\"alg\":\"RS256\"",
        ",\"kid\":1",
    ])
    func `J-01: a key for another purpose is left out with one warning`(more: String) throws {
        let set = try self.parse(PublicParts.jwkText(of: SigningKeys.p256, more: more), Self.good)
        #expect(set.keys.count == 1)
        #expect(set.warnings.count == 1)
        #expect(set.warnings[0].hasPrefix("key 1 is left out: "))
    }

    @Test(arguments: [
        "{}", "1", "null", "[]", "\"key\"", "{\"kty\":\"XYZ\"}", "{\"kty\":\"rsa\"}", "{\"kty\":1}",
        "{\"kty\":\"RSA\",\"n\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
        "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AA\",\"y\":\"AA\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}", "{\"kty\":\"EC\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"AA\"}",
        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"}", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA==\"}",
        "{\"kty\":\"oct\"}",
        "{\"kty\":\"oct\",\"k\":\"c2hvcnQ\"}", "{\"kty\":\"oct\",\"k\":1}",
    ])
    func `J-01: a broken or unknown key is left out and the others work`(key: String) throws {
        let set = try self.parse(key, Self.good)
        #expect(set.keys.map(\.keyID) == [Array("good".utf8)])
        #expect(set.warnings.count == 1)
        let token = Forge.token(header: "{\"alg\":\"EdDSA\",\"kid\":\"good\"}", algorithm: .edDSA)
        #expect(TokenVerifier.trusting(set: set).flaw(token) == nil)
    }

    @Test func `T-18: a secret is as long as the hash of its algorithm`() throws {
        let secret = Base64URL.string(Array("a secret of exactly 32 bytes....".utf8))
        #expect(try self.parse("{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"\(secret)\"}").keys.count == 1)
        for algorithm in ["HS384", "HS512"] {
            let set = try self.parse("{\"kty\":\"oct\",\"alg\":\"\(algorithm)\",\"k\":\"\(secret)\"}", Self.good)
            #expect(set.warnings.count == 1)
        }
        #expect(try !self.parse("{\"kty\":\"oct\",\"k\":\"\(secret)\"}").serves(.hs512))
    }

    @Test func `T-19: T-20: weak keys are left out`() throws {
        let off = Base64URL.string([UInt8](repeating: 1, count: 32))
        let zero = Base64URL.string([UInt8](repeating: 0, count: 32))
        let small = Base64URL.string([UInt8](repeating: 0xFF, count: 128))
        let set = try self.parse(
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(off)\",\"y\":\"\(off)\"}",
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\(zero)\"}",
            "{\"kty\":\"RSA\",\"n\":\"\(small)\",\"e\":\"AQAB\"}",
            PublicParts.jwkText(of: SigningKeys.rsa).replacing("AQAB", with: "Aw"),
            Self.good
        )
        #expect(set.keys.count == 1)
        #expect(set.warnings.count == 4)
    }

    @Test func `J-03: one name for two types: the algorithm picks`() throws {
        let set = try self.parse(
            PublicParts.jwkText(of: SigningKeys.rsa, kid: "k"),
            PublicParts.jwkText(of: SigningKeys.p256, kid: "k")
        )
        let verifier = TokenVerifier.trusting(set: set)
        for algorithm in [SignatureAlgorithm.rs256, .ps256, .es256] {
            let header = "{\"alg\":\"\(algorithm.rawValue)\",\"kid\":\"k\"}"
            #expect(verifier.flaw(Forge.token(header: header, algorithm: algorithm)) == nil)
        }
        #expect(
            verifier.flaw(Forge.token(header: "{\"alg\":\"EdDSA\",\"kid\":\"k\"}", algorithm: .edDSA))
                == .algorithmNotAllowed
        )
    }

    @Test func `J-03: one name for two keys, or none: each is tried`() throws {
        let keys = [SigningKeys.otherP256, SigningKeys.p256]
        let same = try self.parse(
            PublicParts.jwkText(of: keys[0], kid: "k"),
            PublicParts.jwkText(of: keys[1], kid: "k")
        )
        let nameless = try self.parse(PublicParts.jwkText(of: keys[0]), PublicParts.jwkText(of: keys[1], kid: "k"))
        for key in keys {
            let named = Forge.token(header: "{\"alg\":\"ES256\",\"kid\":\"k\"}", key: key)
            #expect(TokenVerifier.trusting(set: same).flaw(named) == nil)
            #expect(TokenVerifier.trusting(set: same).flaw(Forge.token(key: key)) == nil)
            #expect(TokenVerifier.trusting(set: nameless).flaw(Forge.token(key: key)) == nil)
        }
        #expect(TokenVerifier.trusting(set: same).flaw(Forge.token(algorithm: .edDSA)) == .unknownKey)
    }

    @Test func `J-03: no more than four keys are tried`() throws {
        let strangers = try (0..<4).map { _ in PublicParts.jwkText(of: try SigningKey.generateES256(), kid: "k") }
        let ours = PublicParts.jwkText(of: SigningKeys.p256, kid: "k")
        func flaw(_ keys: [String], _ header: String) throws -> TokenFlaw? {
            let set = try JWKSet.parse(Array("{\"keys\":[\(keys.joined(separator: ","))]}".utf8))
            return TokenVerifier.trusting(set: set).flaw(Forge.token(header: header))
        }
        for header in ["{\"alg\":\"ES256\"}", "{\"alg\":\"ES256\",\"kid\":\"k\"}"] {
            #expect(try flaw(strangers + [ours], header) == .badSignature)
            #expect(try flaw(strangers.prefix(3) + [ours], header) == nil)
        }
    }

    @Test func `J-04: a secret in a file of our own is allowed`() throws {
        let set = try self.parse(PublicParts.jwkText(of: SigningKeys.hmac, kid: "s", algorithm: "HS256"))
        let token = Forge.token(header: "{\"alg\":\"HS256\",\"kid\":\"s\"}", algorithm: .hs256)
        #expect(TokenVerifier.trusting(set: set).flaw(token) == nil)
    }

    @Test(arguments: ["d", "p", "q", "dp", "dq", "qi", "oth"])
    func `J-05: a key with a private member is left out, and the member's value stays out of the warning`(
        name: String
    ) throws {
        let key = PublicParts.jwkText(of: SigningKeys.rsa, kid: "r\\u001b", more: ",\"\(name)\":\"c2VjcmV0\"")
        let set = try self.parse(key, Self.good)
        #expect(set.keys.count == 1)
        #expect(set.warnings.count == 1)
        #expect(
            set.warnings[0].hasPrefix("key 1 (kid \"r\\u001b\") is left out: it holds the private member `\(name)`")
        )
        #expect(!set.warnings[0].contains("c2VjcmV0"))
    }

    @Test(arguments: ["{}", "{\"keys\":{}}", "{\"keys\":null}", "{\"Keys\":[]}"])
    func `J-06: a document without an array of keys is refused`(document: String) {
        #expect(self.flaw(document) == .noKeyArray)
    }

    @Test(arguments: ["", "<html></html>", "{\"keys\":[", "[]", "{\"keys\":[],\"keys\":[]}", "\u{FEFF}{\"keys\":[]}"])
    func `J-06: what is no strict JSON object is refused`(document: String) {
        guard case .malformed = self.flaw(document) else {
            Issue.record("not refused as malformed")
            return
        }
    }

    @Test func `J-06: size and number of keys are bounded, and one key must be left`() {
        #expect(self.flaw("{\"keys\":[]}") == .noUsableKey([]))
        #expect(
            self.flaw("{\"keys\":[\(Array(repeating: "1", count: 101).joined(separator: ","))]}")
                == .tooManyKeys(maximum: 100)
        )
        #expect(self.flaw("{\"keys\":[\(Array(repeating: Self.good, count: 100).joined(separator: ","))]}") == nil)
        #expect(self.flaw(String(repeating: " ", count: 1 << 20) + "{}") == .tooLarge(maximum: 1 << 20))
        guard case .noUsableKey(let reasons) = self.flaw("{\"keys\":[{\"kty\":\"RSA\"}]}") else {
            Issue.record("not refused")
            return
        }
        #expect(reasons.count == 1)
    }
}
