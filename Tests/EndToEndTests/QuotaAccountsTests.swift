import Testing
import TestSupport

/// What the endpoints of the accounts service take: where credentials can be guessed only `login`, elsewhere `default`.
@Suite(.blocking)
struct QuotaAccountsTests {
    private static let failures = "failures: { requests: 3, per: 1h, by: address }"

    /// Runs a test on a gate with accounts and both policies.
    private static func withAccounts(logins: Int, _ test: (QuotaGate) throws -> Void) throws {
        let settings = [
            failures, "policies:", "  - { name: default, requests: 40, per: 1h, by: caller }",
            "  - { name: login, requests: \(logins), per: 1h, by: address }",
        ]
        let gate = try QuotaGate(settings) {
            $0.sections = AccountsShell.sections + ["trusted_proxies: [127.0.0.1/32]"]
        }
        try gate.play { gate in
            try wait(for: "the accounts", seconds: 60) { gate.readiness()?.status == 200 }
            try test(gate)
        }
    }

    private static func post(
        _ gate: QuotaGate,
        _ path: String,
        from address: String,
        _ body: String,
        _ fields: [String] = []
    ) throws -> Answer {
        let lines = [
            "X-Forwarded-For: \(address)", "Content-Type: application/json", "Content-Length: \(body.utf8.count)",
        ]
        return try gate.sidecar.ask("POST /api/v1/\(path)", lines + fields, body: body)
    }

    private static func credentials(_ name: String, _ password: String) -> String {
        "{\"email\": \"\(name)@company.test\", \"username\": \"\(name)\", \"password\": \"\(password)\"}"
    }

    @Test
    func `signup, login and refresh take from login only, the rest from default`() throws {
        try Self.withAccounts(logins: 9) { gate in
            let address = QuotaScene.address()
            let name = QuotaScene.name()
            let signup = Self.credentials(name, AccountsShell.password)
            let created = try Self.post(gate, "auth/signup", from: address, signup)
            #expect(created.status == 201 && QuotaAnswerTests.left(created) == ["login": 8])
            #expect(created["RateLimit-Policy"] == "\"login\";q=9;w=3600")
            let login = "{\"username\": \"\(name)\", \"password\": \"\(AccountsShell.password)\"}"
            let session = try Self.post(gate, "auth/login", from: address, login)
            #expect(session.status == 200 && QuotaAnswerTests.left(session) == ["login": 7])
            let refresh = try #require(session.json?["refresh_token"]?.string)
            LogHygiene.forbid(refresh)
            let renewed = try Self.post(gate, "auth/refresh", from: address, "{\"refresh_token\": \"\(refresh)\"}")
            #expect(renewed.status == 200 && QuotaAnswerTests.left(renewed) == ["login": 6])
            let token = try #require(renewed.json?["access_token"]?.string)
            LogHygiene.forbid(token: token)
            let fields = ["X-Forwarded-For: \(address)", "Authorization: Bearer \(token)"]
            let me = try gate.sidecar.ask("GET /api/v1/users/me", fields)
            #expect(me.status == 200 && QuotaAnswerTests.left(me) == ["default": 39])
            let keys = try gate.sidecar.ask("GET /.well-known/jwks.json", ["X-Forwarded-For: \(address)"])
            #expect(keys.status == 200 && QuotaAnswerTests.left(keys) == ["default": 39])
        }
    }

    @Test
    func `a login beyond its quota is 429 before anything is looked at, from that address alone`() throws {
        try Self.withAccounts(logins: 4) { gate in
            let name = QuotaScene.name()
            try AccountsShell(gate.sidecar).create(name)
            let address = QuotaScene.address()
            let good = Self.credentials(name, AccountsShell.password)
            let login = good.replacing("\"username\": \"\(name)\", ", with: "")
            for left in [3, 2, 1, 0] {
                let answer = try Self.post(gate, "auth/login", from: address, login)
                #expect(answer.status == 200 && QuotaAnswerTests.left(answer) == ["login": left])
            }
            let refused = try Self.post(gate, "auth/login", from: address, login)
            #expect(refused.status == 429 && refused.code == "quota_exceeded" && refused["Retry-After"] != nil)
            #expect(try Self.post(gate, "auth/signup", from: address, "not even JSON").status == 429)
            #expect(try Self.post(gate, "auth/login", from: QuotaScene.address(), login).status == 200)
        }
    }

    @Test
    func `refused logins, refresh tokens and access tokens take from the same failures`() throws {
        try Self.withAccounts(logins: 20) { gate in
            let name = QuotaScene.name()
            try AccountsShell(gate.sidecar).create(name)
            let address = QuotaScene.address()
            let wrong = "{\"username\": \"\(name)\", \"password\": \"wrong battery horse\"}"
            let right = "{\"username\": \"\(name)\", \"password\": \"\(AccountsShell.password)\"}"
            let bad = ["X-Forwarded-For: \(address)", "Authorization: Bearer junk"]
            #expect(try Self.post(gate, "auth/login", from: address, wrong).status == 401)
            #expect(try Self.post(gate, "auth/refresh", from: address, "{\"refresh_token\": \"junk\"}").status == 401)
            #expect(try gate.sidecar.ask("GET /api/v1/users/me", bad).status == 401)
            // Three are used up, so even the right password is not looked at.
            #expect(try Self.post(gate, "auth/login", from: address, right).status == 429)
            #expect(try gate.sidecar.ask("GET /api/v1/users/me", bad).status == 429)
            #expect(try Self.post(gate, "auth/refresh", from: address, "{\"refresh_token\": \"junk\"}").status == 429)
            #expect(try Self.post(gate, "auth/login", from: QuotaScene.address(), right).status == 200)
        }
    }
}
