import Foundation
import Testing
import TestSupport

/// `POST /api/v1/auth/refresh` of the running gate.
@Suite(.scene { try AccountScene.make() })
struct AccountRefreshTests {
    @Test
    func `a refresh rotates the token and answers like a login, in the same session`() throws {
        let client = try AccountClient.running()
        let first = try client.newcomer()
        let second = try AccountGrant(client.refresh(first.refresh))
        #expect(second.refresh != first.refresh && second.access != first.access)
        #expect(second.session == first.session && second.user == first.user && second.lifetime == 900)
        #expect(second.claims["jti"] != first.claims["jti"])
        #expect(try client.me(second.access).status == 200 && client.me(first.access).status == 200)
        let third = try AccountGrant(client.refresh(second.refresh))
        #expect(third.session == first.session)
        #expect(try client.sessions(third.access).count == 1)
    }

    @Test
    func `A-09: the direct parent within 10 seconds gets the same child, several at once too`() async throws {
        let client = try AccountClient.running()
        let first = try client.newcomer()
        let children = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<6 { group.addTask { try AccountGrant(client.refresh(first.refresh)).refresh } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(children.count == 1 && !children.contains(first.refresh))
        #expect(try children.map { try client.refresh($0).status } == [200])
    }

    @Test(arguments: ["after 11 seconds", "after a grandchild"])
    func `A-09: any other reuse is 401, ends the family at once, and is recorded`(_ when: String) throws {
        let client = try AccountClient.running()
        let first = try client.newcomer()
        let stranger = try client.session(of: first.name)
        let second = try AccountGrant(client.refresh(first.refresh))
        var last = second
        if when == "after a grandchild" {
            last = try AccountGrant(client.refresh(second.refresh))
        } else {
            _ = try client.database(
                "UPDATE refresh_tokens SET used_at = used_at - 11000000 WHERE session_id = ? AND used_at IS NOT NULL",
                [first.session]
            )
        }
        try client.refresh(first.refresh).expectProblem(401, "invalid_token", authenticate: Challenge.token)
        for grant in [first, second, last] {
            try client.me(grant.access).expectProblem(401, "invalid_token", authenticate: Challenge.token)
            #expect(try Scene.running().ask(token: grant.access).status == 401)
            try client.refresh(grant.refresh).expectProblem(401, "invalid_token", authenticate: Challenge.token)
        }
        #expect(try client.me(stranger.access).status == 200, "another family goes on")
        let records = AccountsShell(client.sidecar).records().filter {
            $0["event"]?.string == "token.refresh" && $0["target"]?["id"]?.string == first.session
        }
        #expect(records.contains { $0["result"]?.string == "denied" && $0["status"]?.integer == 401 })
    }

    @Test
    func `A-10: refresh is 401 after its session has expired`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        _ = try client.database(
            "UPDATE refresh_tokens SET expires_at = expires_at - 2592001000000 WHERE session_id = ?",
            [grant.session]
        )
        try client.refresh(grant.refresh).expectProblem(401, "invalid_token", authenticate: Challenge.token)
    }

    @Test
    func `A-10: refresh is 401 for a disabled account, though the token was good`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        _ = try AccountsShell(client.sidecar).users("disable", grant.name)
        try client.refresh(grant.refresh).expectProblem(401, "invalid_token", authenticate: Challenge.token)
    }

    @Test
    func `A-10, T-43: flipped bits, other tokens and texts that are none are 401, and end nothing`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        let first = grant.refresh.first == "A" ? "B" : "A"
        let flipped = first + grant.refresh.dropFirst()
        let texts = [
            flipped, String(grant.refresh.dropLast()), grant.refresh + "A", grant.refresh + "=", " " + grant.refresh,
            grant.refresh.lowercased() + "x", grant.access, grant.session, "", "x", "\u{0}", "' OR 1=1--",
            String(repeating: "A", count: 43), String(repeating: "A", count: 60_000),
        ]
        for text in texts {
            let answer = try client.refresh(text)
            answer.expectProblem(401, "invalid_token", authenticate: Challenge.token)
            if answer.status != 401 { Issue.record("\(text.prefix(80))") }
        }
        try client.refresh(String(repeating: "A", count: 1_000_000)).expectProblem(413, "body_too_large")
        #expect(try client.refresh(grant.refresh).status == 200)
    }

    @Test
    func `a refresh whose member is missing, mistyped or unknown is 422`() throws {
        let client = try AccountClient.running()
        for (body, problems) in [
            ("{}", ["/refresh_token required"]), (#"{"refresh_token": 1}"#, ["/refresh_token wrong_type"]),
            (#"{"refresh_token": null}"#, ["/refresh_token wrong_type"]),
            (#"{"refresh_token": ["x"], "scope": "a"}"#, ["/refresh_token wrong_type", "/scope unknown_field"]),
        ] {
            let answer = try client.send("POST /api/v1/auth/refresh", body)
            answer.expectProblem(422, "validation_failed")
            #expect(answer.problems == problems)
        }
    }
}
