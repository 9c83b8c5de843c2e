import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct TokenMintTests {
    private let mint = TokenMint(issuer: Forge.issuer, audiences: ["orders-api"], key: SigningKeys.hmac)
    private let verifier = TokenVerifier.trusting(SigningKeys.hmac, algorithms: [.hs256])

    private func verified(_ request: TokenMint.Request) throws -> VerifiedToken {
        try self.verifier.verify(Array(try self.mint.mint(request, now: Forge.now).utf8).span, now: Forge.now)
    }

    @Test func `a minted token is accepted and says what was asked`() throws {
        let request = TokenMint.Request(
            subject: "al\"ice é",
            lifetimeSeconds: 30,
            scope: "a b",
            claims: try TokenMint.claims([
                "roles=[\"admin\"]", "plan=free", "n=5", "ok=true", "eq=a=b", "empty=", "quoted=\"7\"",
            ])
        )
        let token = try self.verified(request)
        #expect(token.subject == "al\"ice é")
        #expect(token.expiresAt == Forge.now + 30 + 60)
        #expect(token.issuedAt == Forge.now)
        #expect(token.scopes == ["a", "b"])
        #expect(token.claims["aud"] == "orders-api")
        #expect(token.claims["roles"] == ["admin"])
        #expect(token.claims["plan"] == "free")
        #expect(token.claims["n"] == 5)
        #expect(token.claims["ok"] == true)
        #expect(token.claims["eq"] == "a=b")
        #expect(token.claims["empty"] == "")
        #expect(token.claims["quoted"] == "7")
    }

    @Test func `the header is that of an access token`() throws {
        let text = try self.mint.mint(TokenMint.Request(subject: "a"), now: Forge.now)
        let header = try #require(self.verifier.inspect(Array(text.utf8).span, now: Forge.now).header)
        #expect(header.members.map(\.name) == ["alg", "typ"])
        #expect(header["alg"] == "HS256")
        #expect(header["typ"] == "at+jwt")
    }

    @Test func `two tokens have two identifiers`() throws {
        let request = TokenMint.Request(subject: "a")
        let identifiers = try (0..<2).map { _ in try #require(try self.verified(request).claims["jti"]?.string) }
        #expect(identifiers[0] != identifiers[1])
        #expect(identifiers[0].utf8.count == 22)
    }

    @Test func `several audiences are an array, and other keys sign, too`() throws {
        let mint = TokenMint(
            issuer: Forge.issuer,
            audiences: ["a", "orders-api"],
            key: SigningKeys.p256,
            algorithm: .es256,
            keyID: "k"
        )
        let set = try JWKSet.parse(Array("{\"keys\":[\(PublicParts.jwkText(of: SigningKeys.p256, kid: "k"))]}".utf8))
        let text = try mint.mint(TokenMint.Request(subject: "a"), now: Forge.now)
        let token = try #require(TokenVerifier.trusting(set: set).accepted(Array(text.utf8)))
        #expect(token.claims["aud"] == ["a", "orders-api"])
    }

    @Test func `claims that the mint sets itself are refused`() throws {
        for name in ["iss", "sub", "aud", "exp", "iat", "jti"] {
            let request = TokenMint.Request(subject: "a", claims: try TokenMint.claims(["\(name)=1"]))
            #expect(throws: TokenMint.Flaw.claimReserved(name)) { try self.mint.mint(request, now: Forge.now) }
        }
        let twice = TokenMint.Request(subject: "a", scope: "x", claims: try TokenMint.claims(["scope=y"]))
        #expect(throws: TokenMint.Flaw.claimReserved("scope")) { try self.mint.mint(twice, now: Forge.now) }
        #expect(throws: TokenMint.Flaw.claimRepeated("a")) { try TokenMint.claims(["a=1", "a=2"]) }
        for text in ["a", "=1", ""] {
            #expect(throws: TokenMint.Flaw.claimWithoutValue(text)) { try TokenMint.claims([text]) }
        }
    }

    @Test func `a key that cannot serve the algorithm is refused`() {
        let mint = TokenMint(issuer: "i", audiences: ["a"], key: SigningKeys.hmac, algorithm: .es256)
        #expect(throws: TokenMint.Flaw.cannotSign(.unsupportedAlgorithm)) {
            try mint.mint(TokenMint.Request(subject: "a"), now: Forge.now)
        }
    }
}
