import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct TokenClaimsTests {
    private static let now = Forge.now
    private let verifier = TokenVerifier.trusting(SigningKeys.hmac, algorithms: [.hs256])

    private func flaw(_ changes: KeyValuePairs<String, String?>) -> TokenFlaw? {
        self.verifier.flaw(Forge.token(payload: Forge.payload(changes), algorithm: .hs256))
    }

    private func accepted(_ changes: KeyValuePairs<String, String?>) throws -> VerifiedToken {
        try self.verifier.verify(Forge.token(payload: Forge.payload(changes), algorithm: .hs256).span, now: Self.now)
    }

    @Test(arguments: [
        nil, "\"1900000000\"", "null", "true", "1e400", "-1e400", "[1900000000]", "{}",
        String(repeating: "9", count: 400),
    ])
    func `T-35: exp must be there and a finite number`(value: String?) {
        #expect(self.flaw(["exp": value]) == .malformedClaim)
    }

    @Test(arguments: ["-1", "0", "1.7e9", "1700000000.5", "-1e308", "-9223372036854775808", "1e-400", "-0.0"])
    func `T-35: numbers in the past are expired`(value: String) {
        #expect(self.flaw(["exp": value]) == .expired)
    }

    @Test(arguments: ["1e308", "9223372036854775807", "9223372036854775808", "1.9e9", "1900000000.5", "19E+8"])
    func `T-35: numbers to come are accepted without a trap`(value: String) {
        #expect(self.flaw(["exp": value]) == nil)
        #expect(self.flaw(["nbf": value, "exp": "1e308"]) == .notYetValid)
    }

    @Test func `T-36: leeway is a minute on both sides`() {
        #expect(self.flaw(["exp": "\(Self.now - 59)"]) == nil)
        #expect(self.flaw(["exp": "\(Self.now - 60)"]) == .expired)
        #expect(self.flaw(["exp": "\(Self.now - 61)"]) == .expired)
        #expect(self.flaw(["exp": "\(Self.now - 60).5"]) == nil)
        #expect(self.flaw(["nbf": "\(Self.now + 59)"]) == nil)
        #expect(self.flaw(["nbf": "\(Self.now + 60)"]) == nil)
        #expect(self.flaw(["nbf": "\(Self.now + 60).5"]) == .notYetValid)
        #expect(self.flaw(["nbf": "\(Self.now + 61)"]) == .notYetValid)
    }

    @Test func `T-36: a token that is never valid is refused despite the leeway`() {
        #expect(self.flaw(["exp": "\(Self.now - 10)", "nbf": "\(Self.now + 10)"]) == .malformedClaim)
        #expect(self.flaw(["exp": "\(Self.now + 10)", "nbf": "\(Self.now + 10)"]) == nil)
    }

    @Test func `T-36: iat to come is let through and must be a number`() throws {
        #expect(try self.accepted(["iat": "\(Self.now + 3_600)"]).issuedAt == Self.now + 3_600)
        #expect(try self.accepted([:]).issuedAt == nil)
        for value in ["\"\(Self.now)\"", "null", "true", "1e400"] {
            #expect(self.flaw(["iat": value]) == .malformedClaim)
            #expect(self.flaw(["nbf": value]) == .malformedClaim)
        }
    }

    @Test(arguments: [
        nil, "\"https://ID.example.com/\"", "\"https://id.example.com\"", "\"https://id.example.com//\"",
        "[\"https://id.example.com/\"]", "\"https://id.example.com\u{FF0F}\"", "\"https://\u{0456}d.example.com/\"",
        "\"https://id.example.co\"", "\"\"", "null", "1", "{}",
    ])
    func `T-37: iss is compared byte for byte`(value: String?) {
        #expect(self.flaw(["iss": value]) == .wrongIssuer)
    }

    @Test func `T-37: canonical equivalence is no equality`() {
        let issuer = TokenVerifier.issuer(SigningKeys.hmac, [.hs256], issuer: "caf\u{E9}")
        let verifier = TokenVerifier.trusting([issuer])
        func flaw(_ text: String) -> TokenFlaw? {
            verifier.flaw(Forge.token(payload: Forge.payload(["iss": "\"\(text)\""]), algorithm: .hs256))
        }
        #expect(flaw("caf\u{E9}") == nil)
        #expect(flaw("cafe\u{301}") == .wrongIssuer)
    }

    @Test(arguments: ["\"orders-api\"", "[\"orders-api\"]", "[\"other\",\"orders-api\"]"])
    func `T-38: aud is ours, or holds ours`(value: String) {
        #expect(self.flaw(["aud": value]) == nil)
    }

    @Test(arguments: [
        nil, "\"\"", "[]", "[\"orders-api\",1]", "[\"orders-api\",null]", "[[\"orders-api\"]]", "\"orders\"",
        "\"orders-api2\"", "\"orders-api \"", "{\"orders-api\":1}", "null", "1", "[\"Orders-Api\"]",
    ])
    func `T-38: any other aud is refused`(value: String?) {
        #expect(self.flaw(["aud": value]) == .wrongAudience)
    }

    @Test func `T-39: T-40: keys belong to issuers, and so do subjects`() throws {
        let other = "https://other.example.com/"
        let verifier = TokenVerifier.trusting([
            TokenVerifier.issuer(SigningKeys.hmac, [.hs256], name: "first"),
            TokenVerifier.issuer(SigningKeys.otherHMAC, [.hs256], name: "second", issuer: other),
        ])
        let ours = Forge.payload()
        let theirs = Forge.payload(["iss": "\"\(other)\""])
        #expect(verifier.flaw(Forge.token(payload: theirs, algorithm: .hs256)) == .badSignature)
        #expect(
            verifier.flaw(Forge.token(payload: ours, algorithm: .hs256, key: SigningKeys.otherHMAC)) == .badSignature
        )
        let first = try #require(verifier.accepted(Forge.token(payload: ours, algorithm: .hs256)))
        let second = try #require(
            verifier.accepted(Forge.token(payload: theirs, algorithm: .hs256, key: SigningKeys.otherHMAC))
        )
        #expect(first.subject == second.subject)
        #expect((first.issuerIndex, first.issuerName) == (0, "first"))
        #expect((second.issuerIndex, second.issuerName) == (1, "second"))
    }

    @Test func `a subject is a string or missing`() throws {
        #expect(try self.accepted(["sub": nil]).subject == nil)
        #expect(try self.accepted([:]).subject == "alice")
        for value in ["1", "null", "[\"alice\"]", "{}"] {
            #expect(self.flaw(["sub": value]) == .malformedClaim)
        }
    }

    @Test(
        arguments: [
            (["scope": "\"a b\""], ["a", "b"]), (["scope": "\" a  b \""], ["a", "b"]),
            (["scope": "[\"a\",\"b\"]"], ["a", "b"]),
            (["scp": "[\"a\"]"], ["a"]), (["scp": "\"a b\""], ["a", "b"]), (["scope": "\"a\"", "scp": "\"b\""], ["a"]),
            (["scope": "1", "scp": "\"b\""], []), (["scope": "\"\""], []), (["scope": "null", "scp": "\"b\""], []),
            (["scope": "\"a\\tb\""], ["a\tb"]), ([:], []),
        ] as [(KeyValuePairs<String, String?>, [String])]
    )
    func `scopes are scope, else scp, as text or array`(claims: KeyValuePairs<String, String?>, scopes: [String]) throws
    {
        #expect(try self.accepted(claims).scopes == scopes)
    }

    @Test func `a verified token knows when it is current`() throws {
        let token = try self.accepted(["nbf": "\(Self.now - 10)"])
        #expect(token.notBefore == Self.now - 70)
        #expect(token.expiresAt == Self.now + 360)
        #expect(token.isCurrent(at: Self.now + 359))
        #expect(!token.isCurrent(at: Self.now + 360))
        #expect(token.isCurrent(at: Self.now - 70))
        #expect(!token.isCurrent(at: Self.now - 71))
    }
}
