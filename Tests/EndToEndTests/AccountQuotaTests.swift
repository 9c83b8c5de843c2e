import Testing
import TestSupport

/// Which quotas the accounts API takes from, and what it does when they are used up.
@Suite(.blocking)
struct AccountQuotaTests {
    private static let policies = """
        rate_limits:
          failures: off
          policies:
            - { name: default, requests: 1000, per: 1h, by: caller }
            - { name: login, requests: 9, per: 1h, by: address }
            - { name: other, requests: 1000, per: 1h, by: address }
        """

    private static func failures(_ requests: Int) -> String {
        "rate_limits: { failures: { requests: \(requests), per: 1h, by: address } }"
    }

    private static func play(_ limits: String, _ test: (AccountClient) throws -> Void) throws {
        let scene = try AccountScene.make { $0.sections = AccountsShell.sections + [limits] }
        try scene.play { try test(AccountClient($0.sidecar)) }
    }

    @Test
    func `signup, login and refresh take from login alone, and the rest from default alone`() throws {
        try Self.play(Self.policies) { client in
            let name = AccountClient.name()
            let signup = try client.signUp(name)
            let grant = try AccountGrant(signup, status: 201)
            let guarded = [signup, try client.logIn(name), try client.refresh(grant.refresh)]
            for (offset, answer) in guarded.enumerated() {
                #expect(answer.fields.values("RateLimit-Policy") == [#""login";q=9;w=3600"#])
                let state = answer["RateLimit"] ?? ""
                #expect(state.hasPrefix(#""login";r=\#(8 - offset);t="#), "\(state)")
                #expect(answer.fields.values("RateLimit").count == 1)
            }
            let token = guarded.last?.json?["access_token"]?.string ?? ""
            let rest = ["GET /api/v1/users/me", "GET /api/v1/auth/sessions", "POST /api/v1/auth/logout"]
            for (offset, request) in rest.enumerated() {
                let answer = try client.send(request, token: token)
                #expect(answer.fields.values("RateLimit-Policy") == [#""default";q=1000;w=3600"#], "\(request)")
                #expect(answer["RateLimit"]?.hasPrefix(#""default";r=\#(999 - offset);"#) == true, "\(request)")
            }
        }
    }

    @Test
    func `the request after the last of login is 429, before the body is looked at, and the rest goes on`() throws {
        try Self.play(Self.policies) { client in
            let grant = try client.newcomer()
            for _ in 0..<8 { _ = try client.send("POST /api/v1/auth/login", "{}") }
            for request in ["POST /api/v1/auth/signup", "POST /api/v1/auth/login", "POST /api/v1/auth/refresh"] {
                let answer = try client.send(request, "{")
                answer.expectProblem(429, "quota_exceeded")
                #expect((answer["Retry-After"].flatMap { Int($0) } ?? 0) > 0)
                #expect(answer["RateLimit"]?.hasPrefix(#""login";r=0;t="#) == true)
                #expect(answer["RateLimit-Policy"] == #""login";q=9;w=3600"#)
            }
            #expect(try client.me(grant.access).status == 200)
        }
    }

    @Test(arguments: ["login", "refresh", "password change", "deletion", "unknown account"])
    func `a refused credential takes from failures; once used up a login is 429, and good tokens go on`(
        _ what: String
    ) throws {
        try Self.play(Self.failures(3)) { client in
            let grant = try client.newcomer()
            for _ in 0..<3 { #expect(try Self.fail(what, client, grant).status == 401) }
            for password in ["not the right one", AccountClient.password] {
                let answer = try client.logIn(grant.name, password)
                answer.expectProblem(429, "quota_exceeded")
                #expect((answer["Retry-After"].flatMap { Int($0) } ?? 0) > 0)
            }
            try client.refresh("no token").expectProblem(429, "quota_exceeded")
            try client.send("GET /closed/a", token: "x.y.z").expectProblem(429, "quota_exceeded")
            #expect(try client.me(grant.access).status == 200)
            #expect(try client.send("GET /closed/a", token: grant.access).status == 200)
            #expect(try client.refresh(grant.refresh).status == 200, "a good token is never affected")
            try client.send("GET /api/v1/users/me").expectProblem(401, "missing_token", authenticate: Challenge.plain)
        }
    }

    @Test
    func `what is good or merely malformed takes nothing from failures`() throws {
        try Self.play(Self.failures(2)) { client in
            let grant = try client.newcomer()
            for _ in 0..<4 {
                #expect(try client.logIn(grant.name).status == 200)
                #expect(try client.send("POST /api/v1/auth/login", "{}").status == 422)
                #expect(try client.send("POST /api/v1/auth/refresh", "{").status == 400)
                #expect(try client.send("GET /api/v1/users/me").status == 401)
                #expect(try client.signUp(grant.name).status == 409)
            }
            #expect(try client.logIn(grant.name, "not the right one").status == 401)
            #expect(try client.logIn(grant.name).status == 200)
        }
    }

    private static func fail(_ what: String, _ client: AccountClient, _ grant: AccountGrant) throws -> Answer {
        let wrong = "not the right one"
        switch what {
        case "login": return try client.logIn(grant.name, wrong)
        case "refresh": return try client.refresh(String(grant.refresh.reversed()))
        case "password change":
            let body = ["current_password": wrong, "new_password": AccountClient.newPassword]
            return try client.send("POST /api/v1/auth/password/change", body, token: grant.access)
        case "deletion": return try client.send("DELETE /api/v1/users/me", ["password": wrong], token: grant.access)
        default: return try client.logIn(AccountClient.name(), wrong)
        }
    }
}
