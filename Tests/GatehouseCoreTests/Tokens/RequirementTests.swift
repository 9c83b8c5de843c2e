import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct RequirementTests {
    private let verifier = TokenVerifier.trusting(SigningKeys.hmac, algorithms: [.hs256])

    private func isMet(_ requirement: Requirement, _ changes: KeyValuePairs<String, String?>) throws -> Bool {
        let token = Forge.token(payload: Forge.payload(changes), algorithm: .hs256)
        return requirement.isMet(by: try self.verifier.verify(token.span, now: Forge.now))
    }

    @Test func `scope asks for all of its values`() throws {
        let requirement = Requirement(scope: ["orders:read", "profile"])
        #expect(requirement.isScope)
        #expect(requirement.scopes == ["orders:read", "profile"])
        #expect(try self.isMet(requirement, ["scope": "\"profile orders:read x\""]))
        #expect(try self.isMet(requirement, ["scp": "[\"profile\",\"orders:read\"]"]))
        #expect(try !self.isMet(requirement, ["scope": "\"profile\""]))
        #expect(try !self.isMet(requirement, ["scope": "\"profile orders:read2 Orders:read\""]))
        #expect(try !self.isMet(requirement, ["scope": "\"profile\"", "scp": "\"orders:read\""]))
        #expect(try !self.isMet(requirement, [:]))
    }

    @Test(arguments: [
        ("[\"admin\"]", true), ("[\"user\",\"owner\"]", true), ("\"admin\"", true), ("[]", false), ("\"\"", false),
        ("\"user admin\"", false), ("[\"user admin\"]", false), ("\"Admin\"", false), ("[[\"admin\"]]", false),
        ("{\"admin\":true}", false), ("null", false), ("true", false), ("\"admin,user\"", false),
    ])
    func `roles are an array, or one string that is one role`(roles: String, isMet: Bool) throws {
        let requirement = Requirement(claim: "roles", values: ["admin", "owner"])
        #expect(!requirement.isScope)
        #expect(requirement.scopes.isEmpty)
        #expect(requirement.claimName == "roles")
        #expect(try self.isMet(requirement, ["roles": roles]) == isMet)
    }

    @Test func `a name is the exact member, else a dotted path`() throws {
        let requirement = Requirement(claim: "realm.roles", values: ["admin"])
        #expect(try self.isMet(requirement, ["realm": "{\"roles\":[\"admin\"]}"]))
        #expect(try self.isMet(requirement, ["realm.roles": "\"admin\""]))
        #expect(try !self.isMet(requirement, ["realm": "{\"roles\":[\"admin\"]}", "realm.roles": "\"user\""]))
        #expect(try !self.isMet(requirement, ["realm": "{\"roles\":[\"admin\"]}", "realm.roles": "null"]))
        #expect(try !self.isMet(requirement, ["realm": "[\"admin\"]"]))
        #expect(try !self.isMet(requirement, [:]))
    }

    @Test func `types are not converted and text is compared byte for byte`() throws {
        #expect(try !self.isMet(Requirement(claim: "level", values: ["5"]), ["level": "5"]))
        #expect(try self.isMet(Requirement(claim: "level", values: ["5"]), ["level": "\"5\""]))
        #expect(try !self.isMet(Requirement(claim: "ok", values: ["true"]), ["ok": "true"]))
        #expect(try self.isMet(Requirement(claim: "ok", values: [.boolean(true)]), ["ok": "true"]))
        #expect(try !self.isMet(Requirement(claim: "ok", values: [.boolean(true)]), ["ok": "false"]))
        #expect(try !self.isMet(Requirement(claim: "ok", values: [.boolean(true)]), ["ok": "\"true\""]))
        #expect(try !self.isMet(Requirement(claim: "ok", values: [.boolean(true)]), ["ok": "1"]))
        #expect(try self.isMet(Requirement(claim: "ok", values: [.boolean(false)]), ["ok": "[1,false]"]))
        #expect(try !self.isMet(Requirement(claim: "n", values: ["caf\u{E9}"]), ["n": "\"cafe\u{301}\""]))
        #expect(try self.isMet(Requirement(claim: "n", values: ["caf\u{E9}"]), ["n": "\"caf\\u00e9\""]))
    }

    @Test(arguments: [
        ("5", "5", true), ("5", "5.0", true), ("5.0", "5", true), ("5", "0.5e1", true), ("-0", "0", true),
        ("5", "[4,5]", true), ("5", "\"5\"", false), ("5", "[\"5\"]", false), ("5", "6", false), ("1", "true", false),
        ("5", "[[5]]", false), ("9007199254740993", "9007199254740992", false),
        ("18446744073709551615", "18446744073709551616", false),
        ("18446744073709551615", "18446744073709551615", true), ("0.1", "1e-1", true), ("1e400", "1e400", false),
    ])
    func `a number is asked for by its value`(wanted: String, claim: String, isMet: Bool) throws {
        let requirement = Requirement(claim: "n", values: ["x", ClaimValue(plain: wanted)])
        #expect(try self.isMet(requirement, ["n": claim]) == isMet)
    }

    @Test(arguments: [
        ("true", "true"), ("5", "5"), ("-1.5e3", "-1.5e3"), ("05", "\"05\""), ("True", "\"True\""), ("+1", "\"+1\""),
        (" 1", "\" 1\""), ("true ", "\"true \""), ("null", "\"null\""), ("[1]", "\"[1]\""), ("\"a\"", "\"\\\"a\\\"\""),
    ])
    func `text without quotes is a number or a truth value only if JSON has it so`(text: String, json: String) {
        var writer = JSONWriter()
        writer.value(ClaimValue(plain: text).json)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == json)
        #expect(ClaimValue(plain: text).text == text)
        #expect(ClaimValue(plain: text).spelled == text)
        #expect(ClaimValue.text(text).spelled == (text == json ? "\"\(text)\"" : text))
    }
}
