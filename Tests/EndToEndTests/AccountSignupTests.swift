import Foundation
import Testing
import TestSupport

/// `POST /api/v1/auth/signup` of the running gate.
@Suite(.scene { try AccountScene.make() })
struct AccountSignupTests {
    @Test
    func `the request of the user documentation is answered 201, then login and users-me work`() throws {
        let client = try AccountClient.running()
        let body = """
            {"email": "user@company.com", "password":
            "securepassword", "username": "user", "full_name": "User Name", "organization_name": "Company Name", \
            "team_name": "Engineering"}
            """
        let answer = try client.send("POST /api/v1/auth/signup", body)
        let signup = try AccountGrant(answer, status: 201)
        let login = try AccountGrant(
            client.send(
                "POST /api/v1/auth/login",
                #"{"email": "user@company.com", "password": "securepassword"}"#
            )
        )
        let me = try client.me(login.access)
        #expect(me.status == 200 && me.json == signup.user && login.user == signup.user)
        let texts = ["id", "created_at"].reduce(into: [String: JSONValue]()) { $0[$1] = signup.user[$1] }
        let expected: [String: JSONValue] = [
            "email": .text("user@company.com"), "username": .text("user"), "full_name": .text("User Name"),
            "organization_name": .text("Company Name"), "team_name": .text("Engineering"),
            "roles": .array([.text("user")]), "status": .text("active"),
        ]
        #expect(signup.user == .object(expected.merging(texts) { $1 }))
    }

    @Test
    func `signup answers 201 with the place of the account, and the user as users show has it`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        let answer = try client.signUp(name)
        #expect(answer["Location"] == "/api/v1/users/me")
        let grant = try AccountGrant(answer, status: 201)
        #expect(try AccountsShell(client.sidecar).users("show", name) == grant.user)
        for member in ["full_name", "organization_name", "team_name"] {
            #expect(grant.user[member] == .null, "\(member)")
        }
        #expect(try client.session(of: name).user == grant.user)
    }

    @Test
    func `the access token has the type and the claims of the contract, and the published key`() throws {
        let client = try AccountClient.running()
        let started = Int(Date().timeIntervalSince1970)
        let grant = try client.newcomer()
        #expect(grant.header["typ"]?.string == "at+jwt" && grant.header["alg"]?.string == "ES256")
        let keys = try client.send("GET /.well-known/jwks.json").json?["keys"]?.items ?? []
        #expect(keys.contains { $0["kid"] == grant.header["kid"] && $0["kid"] != nil })
        #expect(
            grant.claims.names
                == ["aud", "email", "exp", "iat", "iss", "jti", "org", "org_role", "roles", "sid", "sub", "username"]
        )
        let claims = grant.claims
        #expect(claims["iss"]?.string == "http://localhost" && claims["sub"]?.string == grant.id)
        #expect(claims["aud"] == .text("orders") || claims["aud"] == .array([.text("orders")]))
        let issued = try #require(claims["iat"]?.integer)
        #expect(claims["exp"]?.integer == issued + 900 && grant.lifetime == 900)
        #expect((started...Int(Date().timeIntervalSince1970)).contains(issued))
        #expect(claims["email"] == grant.user["email"] && claims["username"] == grant.user["username"])
        #expect(claims["roles"] == .array([.text("user")]) && claims["org_role"]?.string == "owner")
        #expect(try client.sessions(grant.access).map { $0["id"]?.string } == [grant.session])
        let second = try client.session(of: grant.name)
        #expect(second.claims["jti"] != claims["jti"] && second.claims["sid"] != claims["sid"])
        #expect(second.claims["org"] == claims["org"] && claims["org"]?.string?.isEmpty == false)
    }

    @Test
    func `signup never joins an organisation by its name`() throws {
        let client = try AccountClient.running()
        let names = ["organization_name": "The Same", "team_name": "The Same"]
        let one = try client.newcomer(AccountClient.name(), names)
        let other = try client.newcomer(AccountClient.name(), names)
        #expect(one.claims["org"] != other.claims["org"])
        #expect(one.claims["org_role"] == .text("owner") && other.claims["org_role"] == .text("owner"))
    }

    @Test
    func `A-05: a taken e-mail or username is 409, in other case too, and nothing was changed`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        let grant = try client.newcomer(name)
        for email in ["\(name)@company.test", "\(name.uppercased())@COMPANY.Test"] {
            try client.signUp(AccountClient.name(), ["email": email]).expectProblem(409, "email_taken")
        }
        for username in [name, name.uppercased()] {
            let other = ["email": "\(AccountClient.name())@company.test", "username": username]
            try client.signUp(name, other).expectProblem(409, "username_taken")
        }
        #expect(try client.me(grant.access).json == grant.user)
    }

    @Test
    func `A-05: of two signups at once with one name exactly one is answered 201`() async throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try client.signUp(name).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [201, 409, 409, 409])
        #expect(try client.session(of: name).name == name)
    }

    @Test(arguments: [
        (#"{}"#, ["/email required", "/password required", "/username required"]),
        (#"{"email": null, "username": 7, "password": ["x"]}"#, nil),
        (#"{"email": {"$ne": null}, "username": true, "password": {"$ne": null}}"#, nil),
    ])
    func `A-19: each field that is missing or mistyped is one entry`(_ body: String, _ expected: [String]?) throws {
        let answer = try AccountClient.running().send("POST /api/v1/auth/signup", body)
        answer.expectProblem(422, "validation_failed")
        let wrong = ["/email wrong_type", "/password wrong_type", "/username wrong_type"]
        #expect(answer.problems?.sorted() == expected ?? wrong)
        for item in answer.json?["errors"]?.items ?? [] {
            #expect(item.names == ["code", "detail", "pointer"] && item["detail"]?.string?.isEmpty == false)
        }
    }

    @Test
    func `A-18: unknown fields are one entry each, and no account is made`() throws {
        let client = try AccountClient.running()
        let extra = [
            "role", "roles", "id", "is_admin", "email_verified", "organization_id", "org_role", "created_at", "status",
            "__proto__", "a/b~c", "session_id", "refresh_token",
        ]
        let name = AccountClient.name()
        let answer = try client.signUp(name, extra.reduce(into: [:]) { $0[$1] = "admin" })
        let pointers = extra.map { "/" + $0.replacing("~", with: "~0").replacing("a/b", with: "a~1b") }
        #expect(answer.problems?.sorted() == pointers.map { $0 + " unknown_field" }.sorted())
        #expect(try client.logIn(name).status == 401)
    }

    @Test(arguments: [
        (["username": "ab"], "/username too_short"),
        (["username": String(repeating: "a", count: 33)], "/username too_long"),
        (["full_name": ""], "/full_name too_short"),
        (["full_name": String(repeating: "é", count: 201)], "/full_name too_long"),
        (["organization_name": ""], "/organization_name too_short"),
        (["organization_name": String(repeating: "a", count: 201)], "/organization_name too_long"),
        (["team_name": ""], "/team_name too_short"),
        (["team_name": "a\u{0}b"], "/team_name invalid_format"),
        (["full_name": "a\nb"], "/full_name invalid_format"),
        (["email": String(repeating: "a", count: 250) + "@b.test"], "/email too_long"),
        (["email": "nobody"], "/email invalid_format"),
        (["username": "a b"], "/username invalid_format"),
    ])
    func `a text of the wrong length or form is told by its code`(_ member: [String: String], _ code: String) throws {
        let answer = try AccountClient.running().signUp(AccountClient.name(), member)
        answer.expectProblem(422, "validation_failed")
        #expect(answer.problems == [code])
    }

    @Test
    func `texts of the longest length are kept as they are`() throws {
        let longest = String(repeating: "é", count: 200)
        let names = ["full_name": longest, "organization_name": longest, "team_name": longest]
        let grant = try AccountClient.running().newcomer(
            String((AccountClient.name() + String(repeating: "x", count: 32)).prefix(32)),
            names
        )
        for member in names.keys { #expect(grant.user[member]?.string == longest, "\(member)") }
    }
}
