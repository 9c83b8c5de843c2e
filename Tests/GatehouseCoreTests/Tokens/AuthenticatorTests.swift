import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct AuthenticatorTests {
    private let authenticator = Authenticator(verifier: .trusting(SigningKeys.hmac, algorithms: [.hs256]))
    private static let token = String(decoding: Forge.token(algorithm: .hs256), as: UTF8.self)

    /// A head with these `Authorization` values, and one field before and behind them.
    private func head(_ values: [String]) -> RequestHead {
        let head = RequestHead()
        for (name, value) in [("Host", "a")] + values.map({ ("authorization", $0) }) + [("X-Last", "z")] {
            let start = head.bytes.count
            head.bytes += Array("\(name): \(value)\r\n".utf8)
            let field = Field(
                name: FieldName.intern(name),
                nameStart: start,
                nameCount: name.utf8.count,
                valueStart: start + name.utf8.count + 2,
                valueCount: value.utf8.count,
                lineEnd: head.bytes.count
            )
            head.fields.append(field)
            head.present.insert(field.name)
        }
        return head
    }

    private func refusal(_ values: String...) -> Refusal? {
        let cache = VerifiedTokenCache()
        do throws(Refusal) {
            _ = try self.authenticator.authenticate(self.head(values), cache: cache, now: Forge.now)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["Bearer ", "bearer ", "BEARER ", "bEaReR ", "Bearer  ", "Bearer        "])
    func `T-44: the scheme is read in any case and with any number of spaces`(prefix: String) {
        #expect(self.refusal(prefix + Self.token) == nil)
    }

    @Test func `T-44: no credential is a missing token`() {
        #expect(self.refusal() == .tokenMissing)
    }

    @Test(arguments: [
        "Basic YTpi", "Digest username=\"a\", realm=\"b\"", "Bearerx a", "Bear a", "", "Token a", "Bearer-x y",
    ])
    func `T-44: another scheme is a missing token`(value: String) {
        #expect(self.refusal(value) == .tokenMissing)
    }

    @Test(arguments: [
        "Bearer", "Bearer\ta", "Bearer \ta", "Bearer junk", "Bearer a b", "Bearer a.b.c", "Bearer ,", "Bearer=a",
        "Bearer a,b",
        "Bearer a, b", "Bearer \"a\"", "Bearer a, b=c", "Bearer a,", "Bearer ..", "Bearer é",
    ])
    func `T-44: an empty or junk token is rejected`(value: String) {
        #expect(self.refusal(value) == .tokenRejected(.malformed))
    }

    @Test func `T-44: a good token with something behind it is rejected`() {
        for rest in [" ", " b", ",", "\t", " " + Self.token] {
            #expect(self.refusal("Bearer " + Self.token + rest) == .tokenRejected(.malformed))
        }
    }

    @Test(arguments: [
        "Bearer a, Bearer b", "Bearer a,Bearer b", "Bearer a , bearer b", "Bearer a, Basic b", "Bearer , Bearer b",
    ])
    func `T-44: two credentials in a line are refused`(value: String) {
        #expect(self.refusal(value) == .credentialsRepeated)
    }

    @Test func `T-45: two lines are refused, equal ones too`() {
        let value = "Bearer " + Self.token
        #expect(self.refusal(value, value) == .credentialsRepeated)
        #expect(self.refusal(value, "Basic YTpi") == .credentialsRepeated)
        #expect(self.refusal("", value) == .credentialsRepeated)
    }

    @Test func `a refusal names the flaw and is not kept`() {
        let cache = VerifiedTokenCache()
        let wrong = String(decoding: Forge.token(algorithm: .hs256, key: SigningKeys.otherHMAC), as: UTF8.self)
        for _ in 0..<2 {
            #expect(throws: Refusal.tokenRejected(.badSignature)) {
                try self.authenticator.authenticate(self.head(["Bearer " + wrong]), cache: cache, now: Forge.now)
            }
        }
        #expect(cache.count == 0)
    }

    @Test func `the second look at a token is the cache's`() throws {
        let cache = VerifiedTokenCache()
        let head = self.head(["Bearer " + Self.token])
        let first = try self.authenticator.authenticate(head, cache: cache, now: Forge.now)
        let second = try self.authenticator.authenticate(head, cache: cache, now: Forge.now + 1)
        #expect(first === second)
        #expect(cache.count == 1)
    }

    @Test func `T-41: a header that is left out is counted when the token is verified, and then no more`() throws {
        let authenticator = Authenticator(
            verifier: .trusting(
                SigningKeys.hmac,
                algorithms: [.hs256],
                claimHeaders: [ClaimHeader(name: "X-Claim", claim: "c"), ClaimHeader(name: "X-Other", claim: "d")]
            )
        )
        let token = Forge.token(payload: Forge.payload(["c": "{}", "d": "{}"]), algorithm: .hs256)
        let head = self.head(["Bearer " + String(decoding: token, as: UTF8.self)])
        let cache = VerifiedTokenCache()
        for expected in [2, 0, 0] {
            var record = AccessRecord()
            _ = try authenticator.authenticate(head, cache: cache, now: Forge.now, record: &record)
            #expect(record.omittedClaimHeaders == expected)
        }
    }

    @Test func `T-50: a token whose key was retired or whose issuer was removed is refused at once`() throws {
        let cache = VerifiedTokenCache()
        let head = self.head(["Bearer " + Self.token])
        _ = try self.authenticator.authenticate(head, cache: cache, now: Forge.now)
        let retired = TokenVerifier.trusting(SigningKeys.otherHMAC, algorithms: [.hs256], generation: 2)
        let removed = TokenVerifier.trusting([], generation: 3)
        for (verifier, flaw) in [(retired, TokenFlaw.badSignature), (removed, .wrongIssuer)] {
            #expect(throws: Refusal.tokenRejected(flaw)) {
                try Authenticator(verifier: verifier).authenticate(head, cache: cache, now: Forge.now)
            }
        }
        #expect(cache.count == 0)
    }

    @Test(arguments: [
        ("Bearer a", true), ("bearer", true), ("BEARER\ta", true), ("Bearer,", true), ("Bearer=", true),
        ("Bearera", false),
        ("Basic a", false), ("", false), ("Beare", false), ("\"earer a", false), ("Bearer-a b", false),
    ])
    func `isBearer knows the scheme however malformed the rest is`(value: String, isBearer: Bool) {
        let bytes = Array("xx\(value)".utf8)
        #expect(Authenticator.isBearer(bytes, 2..<bytes.count) == isBearer)
        #expect(Authenticator.isBearer(bytes, 2..<(bytes.count + 9)) == isBearer)
    }
}

extension Authenticator {
    /// Authenticates a request whose record nobody looks at.
    @discardableResult
    fileprivate func authenticate(
        _ head: RequestHead,
        cache: VerifiedTokenCache,
        now: Int64
    ) throws(Refusal) -> VerifiedToken {
        var record = AccessRecord()
        return try self.authenticate(head, cache: cache, now: now, record: &record)
    }
}
