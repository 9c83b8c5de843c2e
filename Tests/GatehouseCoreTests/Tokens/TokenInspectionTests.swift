import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct TokenInspectionTests {
    private let verifier = TokenVerifier.trusting(SigningKeys.hmac, algorithms: [.hs256])

    private func inspected(_ token: [UInt8]) throws -> JSONObject {
        try StrictJSON.parseObject(self.verifier.inspect(token.span, now: Forge.now).json)
    }

    @Test func `a token that would be accepted is shown as valid`() throws {
        let document = try self.inspected(Forge.token(algorithm: .hs256))
        #expect(document.members.map(\.name) == ["valid", "reason", "issuer", "header", "claims"])
        #expect(document["valid"] == true)
        #expect(document["reason"] == .null)
        #expect(document["issuer"] == "corporate")
        #expect(document["header"]?.object?["alg"] == "HS256")
        #expect(document["claims"]?.object?["sub"] == "alice")
    }

    @Test func `a refused token is shown with the reason and what it says`() throws {
        let expired = try self.inspected(Forge.token(payload: Forge.payload(["exp": "1"]), algorithm: .hs256))
        #expect(expired["valid"] == false)
        #expect(expired["reason"] == "expired")
        #expect(expired["claims"]?.object?["exp"] == 1)
        let none = try self.inspected(Forge.token(header: "{\"alg\":\"none\"}", algorithm: .hs256))
        #expect(none["reason"] == "algorithm_not_allowed")
        #expect(none["header"]?.object?["alg"] == "none")
        #expect(none["claims"]?.object?["sub"] == "alice")
        #expect(none["issuer"] == .null)
        let stranger = try self.inspected(Forge.token(payload: Forge.payload(["iss": "\"x\""]), algorithm: .hs256))
        #expect(stranger["reason"] == "wrong_issuer")
        #expect(stranger["issuer"] == .null)
        let junk = try self.inspected(Array("junk".utf8))
        #expect(junk["reason"] == "malformed")
        #expect(junk["header"] == .null)
        #expect(junk["claims"] == .null)
    }

    @Test func `every flaw has one of the documented reasons`() {
        let documented: Set = [
            "expired", "not_yet_valid", "bad_signature", "unknown_key", "wrong_issuer", "wrong_audience",
            "algorithm_not_allowed", "malformed", "revoked",
        ]
        #expect(Set(TokenFlaw.allCases.map(\.inspectionReason)) == documented)
    }
}
