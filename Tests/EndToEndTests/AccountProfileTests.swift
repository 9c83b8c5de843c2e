import Testing
import TestSupport

/// `/api/v1/users/me` of the running gate.
@Suite(.scene { try AccountScene.make() })
struct AccountProfileTests {
    @Test
    func `PATCH changes the full name and nothing else, and answers with the user`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer(AccountClient.name(), ["full_name": "Old Name", "team_name": "Team"])
        let answer = try client.send("PATCH /api/v1/users/me", ["full_name": "New Näme"], token: grant.access)
        #expect(answer.status == 200 && answer["Content-Type"] == "application/json")
        #expect(answer.json?["full_name"]?.string == "New Näme")
        #expect(try client.me(grant.access).json == answer.json)
        for member in grant.user.names where member != "full_name" {
            #expect(answer.json?[member] == grant.user[member], "\(member)")
        }
        #expect(try AccountsShell(client.sidecar).users("show", grant.name) == answer.json)
        let empty = try client.send("PATCH /api/v1/users/me", "{}", token: grant.access)
        #expect(empty.status == 200 && empty.json == answer.json)
    }

    @Test
    func `A-18: every other member of PATCH is 422 unknown_field, and nothing is changed`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        let members = [
            "role", "roles", "id", "is_admin", "email", "username", "email_verified", "organization_id",
            "organization_name", "team_name", "status", "created_at", "password", "__proto__",
        ]
        let body = members.reduce(into: ["full_name": "Changed"]) { $0[$1] = "admin" }
        let answer = try client.send("PATCH /api/v1/users/me", body, token: grant.access)
        #expect(answer.problems?.sorted() == members.map { "/\($0) unknown_field" }.sorted())
        #expect(try client.me(grant.access).json == grant.user)
        for (value, code) in [("7", "wrong_type"), ("[\"x\"]", "wrong_type"), ("\"\"", "too_short")] {
            let wrong = try client.send("PATCH /api/v1/users/me", "{\"full_name\": \(value)}", token: grant.access)
            #expect(wrong.problems == ["/full_name \(code)"], "\(value)")
        }
    }

    @Test
    func `DELETE asks for the password, ends every token at once, and frees e-mail and username`() throws {
        let client = try AccountClient.running()
        let first = try client.newcomer()
        let second = try client.session(of: first.name)
        try client.send("DELETE /api/v1/users/me", ["password": "not the right one"], token: first.access)
            .expectProblem(401, "invalid_credentials", authenticate: Challenge.plain)
        #expect(
            try client.send("DELETE /api/v1/users/me", "{}", token: first.access).problems == ["/password required"]
        )
        #expect(try client.me(second.access).status == 200)
        let answer = try client.send(
            "DELETE /api/v1/users/me",
            ["password": AccountClient.password],
            token: first.access
        )
        #expect(answer.status == 204 && answer.body.isEmpty)
        for grant in [first, second] {
            try client.me(grant.access).expectProblem(401, "invalid_token", authenticate: Challenge.token)
            try client.refresh(grant.refresh).expectProblem(401, "invalid_token", authenticate: Challenge.token)
        }
        try client.logIn(first.name).expectProblem(401, "invalid_credentials", authenticate: Challenge.plain)
        let next = try client.newcomer(first.name)
        #expect(next.id != first.id && next.claims["org"] != first.claims["org"])
        try client.me(first.access).expectProblem(401, "invalid_token", authenticate: Challenge.token)
        let left = try client.database("SELECT count(*) FROM users WHERE id = ?", [first.id])
        #expect(left == "0")
    }

    @Test
    func `missing, broken and foreign tokens are refused in the forms of the contract`() throws {
        let scene = try Scene.running()
        let client = AccountClient(scene.sidecar)
        let grant = try client.newcomer()
        for request in ["GET /api/v1/users/me", "GET /api/v1/auth/sessions", "DELETE /api/v1/auth/sessions/x"] {
            try client.send(request).expectProblem(401, "missing_token", authenticate: Challenge.plain)
            for token in ["x", "x.y.z", grant.access + "x", grant.refresh, try scene.signer.token()] {
                try client.send(request, token: token)
                    .expectProblem(401, "invalid_token", authenticate: Challenge.token)
            }
            let two = try client.send(request, token: grant.access, fields: ["Authorization: Bearer \(grant.access)"])
            #expect(two.status == 400 && two.code == "invalid_request")
        }
        // The very same tokens are good for the app, so it was the endpoint that refused them.
        #expect(try scene.ask(token: scene.signer.token()).status == 200)
    }

    @Test
    func `answers about the caller are never kept by a cache`() throws {
        let client = try AccountClient.running()
        let token = try client.newcomer().access
        for path in ["/api/v1/users/me", "/api/v1/auth/sessions"] {
            #expect(try client.send("GET " + path, token: token)["Cache-Control"] == "no-store", "\(path)")
        }
    }

    @Test
    func `a token of the accounts opens the routes, and its claims are forwarded`() throws {
        let scene = try Scene.running()
        let client = AccountClient(scene.sidecar)
        let grant = try client.newcomer()
        let answer = try scene.ask(token: grant.access)
        #expect(answer.status == 200)
        #expect(try EchoUpstream.seen(answer).values("Authorization").isEmpty)
    }
}
