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
        #expect(try !self.isMet(Requirement(claim: "n", values: ["caf\u{E9}"]), ["n": "\"cafe\u{301}\""]))
        #expect(try self.isMet(Requirement(claim: "n", values: ["caf\u{E9}"]), ["n": "\"caf\\u00e9\""]))
    }
}
