import Foundation
import Testing
import TestSupport

/// `POST /api/v1/auth/login` of the running gate.
@Suite(.scene { try AccountScene.make() })
struct LoginTests {
    @Test
    func `login takes e-mail or username in any case, and answers with tokens of a new session`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        let signup = try client.newcomer(name)
        let names = [
            ("email", "\(name)@company.test"), ("email", "\(name.uppercased())@COMPANY.TEST"), ("username", name),
            ("username", name.uppercased()),
        ]
        var sessions = Set([signup.session])
        for (member, value) in names {
            let body = [member: value, "password": AccountClient.password]
            let grant = try AccountGrant(client.send("POST /api/v1/auth/login", body))
            #expect(grant.user == signup.user && sessions.insert(grant.session).inserted)
        }
        for (member, value) in [("email", name), ("username", "\(name)@company.test")] {
            let body = [member: value, "password": AccountClient.password]
            try client.send("POST /api/v1/auth/login", body)
                .expectProblem(401, "invalid_credentials", authenticate: Challenge.plain)
        }
    }

    @Test(arguments: [
        (#"{}"#, ["/password required"]), (#"{"email": "a@b.test"}"#, ["/password required"]),
        (#"{"password": "x"}"#, ["/email required"]),
        (#"{"email": 1, "password": "x"}"#, ["/email wrong_type"]),
        (#"{"username": null, "password": "x"}"#, ["/username wrong_type"]),
        (#"{"email": "a@b.test", "username": null, "password": "x"}"#, ["/username unknown_field"]),
        (#"{"username": {"$ne": null}, "password": {"$ne": null}}"#, ["/username wrong_type", "/password wrong_type"]),
        (
            #"{"email": "a@b.test", "password": "x", "mfa": 1, "scope": "a"}"#,
            ["/mfa unknown_field", "/scope unknown_field"]
        ),
    ])
    func `A-19: a login with fields that are missing, mistyped or unknown is 422`(
        _ body: String,
        _ problems: [String]
    ) throws {
        let answer = try AccountClient.running().send("POST /api/v1/auth/login", body)
        answer.expectProblem(422, "validation_failed")
        #expect(Set(problems).isSubset(of: answer.problems ?? []), "\(answer.text)")
        let pointers = (answer.problems ?? []).map { $0.prefix { $0 != " " } }
        #expect(Set(pointers).count == pointers.count, "\(answer.text)")
    }

    @Test
    func `A-04: unknown, wrong, disabled and impossible are answered alike, byte for byte`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        let disabled = AccountClient.name()
        _ = try client.newcomer(name)
        _ = try client.newcomer(disabled)
        _ = try AccountsShell(client.sidecar).users("disable", disabled)
        let rows: [[String: String]] = [
            ["username": name, "password": "not the right one"], ["username": AccountClient.name(), "password": "x"],
            ["username": AccountClient.name(), "password": AccountClient.password],
            ["username": disabled, "password": AccountClient.password], ["username": disabled, "password": "x"],
            ["email": "nobody@company.test", "password": AccountClient.password], ["email": "x", "password": "x"],
            ["username": "", "password": ""], ["username": "admin", "password": "x"],
            ["username": name, "password": ""], ["username": name, "password": String(repeating: "x", count: 1025)],
            ["username": AccountClient.name(), "password": String(repeating: "x", count: 60_000)],
        ]
        let answers = try rows.map { try client.send("POST /api/v1/auth/login", $0) }
        for answer in answers {
            answer.expectProblem(401, "invalid_credentials", authenticate: Challenge.plain)
            #expect(answer["Cache-Control"] == "no-store")
        }
        let forms = answers.map { answer in
            let id = answer["X-Request-Id"] ?? "-"
            let fields = answer.fields.filter { $0.name != "Date" }.map { "\($0.name): \($0.value)\n" }.joined()
            return (fields + answer.text).replacing(id, with: "ID")
        }
        #expect(Set(forms).count == 1, "\(Set(forms))")
    }

    @Test
    func `A-04: what the audit log says of the unknown and the known is alike but for the target`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        let answers = [
            try client.logIn(grant.name, "not the right one"), try client.logIn(AccountClient.name()),
        ]
        let records = AccountsShell(client.sidecar).records()
        for answer in answers {
            let record = records.first { $0["request_id"]?.string == answer["X-Request-Id"] }
            #expect(record?["event"]?.string == "user.login" && record?["result"]?.string == "denied")
            #expect(record?["actor"]?["type"]?.string == "anonymous" && record?["status"]?.integer == 401)
        }
    }

    @Test
    func `scopes of a role are in the token of whoever has it, and a new role shows at the next login`() throws {
        let scene = try AccountScene.make {
            $0.sections[0] = AccountScene.accounts(#"scopes: { user: ["profile"], admin: ["profile", "orders:read"] }"#)
            $0.routes.append(
                #"{ name: orders, path: /orders/**, access: { require: { scope: ["orders:read"], roles: [admin] } } }"#
            )
        }
        try scene.play { scene in
            let client = AccountClient(scene.sidecar)
            let first = try client.newcomer()
            #expect(first.claims["scope"]?.string == "profile")
            #expect(try client.send("GET /orders/a", token: first.access).code == "insufficient_scope")
            _ = try AccountsShell(scene.sidecar).users("set-role", first.name, "admin")
            let second = try client.session(of: first.name)
            let scopes = second.claims["scope"]?.string?.split(separator: " ").sorted()
            #expect(scopes == ["orders:read", "profile"] && second.claims["roles"] == .array([.text("admin")]))
            #expect(second.claims["org_role"]?.string == "owner")
            #expect(try client.send("GET /orders/a", token: second.access).status == 200)
        }
    }
}
