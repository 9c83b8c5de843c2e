import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct ClaimHeaderTests {
    /// The lines for one header `X-Claim` of the claim `c`, and whether it was reported as left out.
    private func rendered(_ value: String?, claim: String = "c") throws -> (lines: String, omitted: [String]) {
        let verifier = TokenVerifier.trusting(
            SigningKeys.hmac,
            algorithms: [.hs256],
            claimHeaders: [ClaimHeader(name: "X-Claim", claim: claim)]
        )
        let token = Forge.token(payload: Forge.payload(["c": value]), algorithm: .hs256)
        let verified = try verifier.verify(token.span, now: Forge.now)
        return (String(decoding: verified.identity.bytes, as: UTF8.self), verified.omittedHeaders)
    }

    @Test(arguments: [
        ("\"alice\"", "alice"), ("\"a b%41\"", "a b%41"), ("\"\"", ""), ("1.50", "1.50"), ("-7", "-7"),
        ("1e400", "1e400"),
        ("true", "true"), ("false", "false"), ("[\"a\",\"b\"]", "a,b"), ("[]", ""), ("[\"a\"]", "a"),
        ("\"a,b\"", "a,b"), ("\"quote\\\"back\\\\\"", "quote\"back\\"),
    ])
    func `plain values pass as they are`(value: String, expected: String) throws {
        #expect(try self.rendered(value) == ("X-Claim: \(expected)\r\n", []))
    }

    @Test(arguments: [
        ("\"a\\r\\nX-Admin: 1\"", "a%0D%0AX-Admin: 1"), ("\"\\u001b[31m\"", "%1B[31m"), ("\"a\\tb\"", "a%09b"),
        ("\"\\u202etxt\"", "%E2%80%AEtxt"), ("\"é%\"", "%C3%A9%25"), ("\"\\u007f\"", "%7F"), ("\"\\u0085\"", "%C2%85"),
        ("\"\\ud83d\\ude00\"", "%F0%9F%98%80"), ("[\"é\",\"50%\"]", "%C3%A9,50%25"),
    ])
    func `T-41: controls and what is beyond ASCII are percent-encoded`(value: String, expected: String) throws {
        #expect(try self.rendered(value) == ("X-Claim: \(expected)\r\n", []))
    }

    @Test(arguments: [
        ("[\"a,admin\",\"b\"]", "a%2Cadmin,b"), ("[\" admin\"]", "%20admin"), ("\" alice\"", "%20alice"),
        ("\"alice \"", "alice%20"), ("\" \"", "%20"), ("[\"a\",\"b \"]", "a,b%20"),
    ])
    func `T-41: no reader can take a value for another`(value: String, expected: String) throws {
        #expect(try self.rendered(value) == ("X-Claim: \(expected)\r\n", []))
    }

    @Test(arguments: ["{\"a\":1}", "[{\"a\":1}]", "[\"a\",1]", "[[\"a\"]]", "[null]", "[true]"])
    func `T-41: other values leave the header out and are reported`(value: String) throws {
        #expect(try self.rendered(value) == ("", ["X-Claim"]))
    }

    @Test func `T-41: a value over 4 KiB leaves the header out`() throws {
        let fitting = String(repeating: "x", count: 4_096)
        #expect(try self.rendered("\"\(fitting)\"").lines.utf8.count == 4_096 + 11)
        #expect(try self.rendered("\"\(fitting)x\"") == ("", ["X-Claim"]))
        // What counts is the length on the wire: an `é` has six bytes there.
        #expect(try self.rendered("\"é\(fitting.dropLast(6))\"").lines.utf8.count == 4_096 + 11)
        #expect(try self.rendered("\"é\(fitting.dropLast(5))\"") == ("", ["X-Claim"]))
    }

    @Test(arguments: [nil, "null"])
    func `a claim that is missing or null leaves the header out`(value: String?) throws {
        #expect(try self.rendered(value) == ("", []))
    }

    @Test func `a claim is the exact member, else a dotted path`() throws {
        #expect(try self.rendered("{\"d\":{\"e\":\"deep\"}}", claim: "c.d.e").lines == "X-Claim: deep\r\n")
        #expect(try self.rendered("{\"d\":1}", claim: "c.d.e").lines == "")
        #expect(try self.rendered("{\"\":\"x\"}", claim: "c.").lines == "X-Claim: x\r\n")
        let verifier = TokenVerifier.trusting(
            SigningKeys.hmac,
            algorithms: [.hs256],
            claimHeaders: [
                ClaimHeader(name: "X-A", claim: "a.b"), ClaimHeader(name: "X-Sub", claim: "sub"),
                ClaimHeader(name: "X-Url", claim: "https://example.com/id"),
            ]
        )
        let payload = Forge.payload([
            "a": "{\"b\":\"nested\"}", "a.b": "\"exact\"", "https://example.com/id": "7",
        ])
        let token = Forge.token(payload: payload, algorithm: .hs256)
        let verified = try verifier.verify(token.span, now: Forge.now)
        let lines = "X-A: exact\r\nX-Sub: alice\r\nX-Url: 7\r\n"
        #expect(String(decoding: verified.identity.bytes, as: UTF8.self) == lines)
        #expect(verified.identity.fields.count == 3)
    }
}
