import Foundation
import Testing
import TestSupport

/// Sessions: their list, logout, revoking one, and whose they are.
@Suite(.scene { try AccountScene.make() })
struct AccountSessionTests {
    @Test
    func `the list has the members of the contract and marks the own session`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        let first = try AccountGrant(client.signUp(name, [:], ["User-Agent: one/1 \"x\""]), status: 201)
        let second = try AccountGrant(client.logIn(name, AccountClient.password, ["User-Agent: two/2"]))
        let list = try client.sessions(second.access)
        #expect(Set(list.compactMap { $0["id"]?.string }) == [first.session, second.session])
        for item in list {
            #expect(
                item.names == ["client_address", "created_at", "current", "id", "last_used_at", "user_agent"]
            )
            let isSecond = item["id"]?.string == second.session
            #expect(item["current"] == .boolean(isSecond) && item["client_address"]?.string == "127.0.0.1")
            #expect(item["user_agent"]?.string == (isSecond ? "two/2" : "one/1 \"x\""))
            for member in ["created_at", "last_used_at"] {
                let text = try #require(item[member]?.string)
                #expect(text.hasSuffix("Z") && (try? Date(text, strategy: .iso8601)) != nil, "\(text)")
            }
        }
        #expect(try client.sessions(first.access).map { $0["current"] == .boolean(true) }.contains(true))
    }

    @Test(arguments: ["this", "others", "all", "none"])
    func `logout ends the sessions of its scope, this one without a body`(_ scope: String) throws {
        let client = try AccountClient.running()
        let own = try client.newcomer()
        let other = try client.session(of: own.name)
        let answer =
            scope == "none"
            ? try client.send("POST /api/v1/auth/logout", token: own.access)
            : try client.send("POST /api/v1/auth/logout", ["scope": scope], token: own.access)
        #expect(answer.status == 204 && answer.body.isEmpty && answer["Content-Type"] == nil)
        for (grant, isEnded) in [(own, scope != "others"), (other, ["others", "all"].contains(scope))] {
            let me = try client.me(grant.access)
            let refresh = try client.refresh(grant.refresh)
            #expect(me.status == (isEnded ? 401 : 200) && refresh.status == (isEnded ? 401 : 200))
            guard isEnded else { continue }
            me.expectProblem(401, "invalid_token", authenticate: Challenge.token)
            refresh.expectProblem(401, "invalid_token", authenticate: Challenge.token)
            #expect(try Scene.running().ask(token: grant.access).status == 401)
        }
        #expect(try client.logIn(own.name).status == 200)
    }

    @Test
    func `a scope of logout that is none is 422, and ends nothing`() throws {
        let client = try AccountClient.running()
        let own = try client.newcomer()
        for (body, problem) in [
            (#"{"scope": "everything"}"#, "/scope invalid_format"), (#"{"scope": 1}"#, "/scope wrong_type"),
            (#"{"scope": "all", "x": 1}"#, "/x unknown_field"),
        ] {
            #expect(try client.send("POST /api/v1/auth/logout", body, token: own.access).problems == [problem])
        }
        #expect(try client.me(own.access).status == 200)
        #expect(try client.send("POST /api/v1/auth/logout", "{}", token: own.access).status == 204)
        #expect(try client.me(own.access).status == 401)
    }

    @Test
    func `revoking one session ends it at once and no other`() throws {
        let client = try AccountClient.running()
        let own = try client.newcomer()
        let other = try client.session(of: own.name)
        #expect(try client.me(other.access).status == 200)
        let path = "DELETE /api/v1/auth/sessions/"
        let answer = try client.send(path + other.session, token: own.access)
        #expect(answer.status == 204 && answer.body.isEmpty)
        try client.me(other.access).expectProblem(401, "invalid_token", authenticate: Challenge.token)
        #expect(try client.me(own.access).status == 200)
        try client.send(path + other.session, token: own.access).expectProblem(404, "not_found")
        #expect(try client.send(path + own.session, token: own.access).status == 204)
        #expect(try client.me(own.access).status == 401)
    }

    @Test
    func `A-26: a session of somebody else, or one that never was, is 404 and goes on`() throws {
        let client = try AccountClient.running()
        let own = try client.newcomer()
        let stranger = try client.newcomer()
        let ids = [
            stranger.session, UUID().uuidString.lowercased(), "x", "'%20OR%201=1--", "%25", "0", "..x", "%00x",
            String(repeating: "a", count: 2000), stranger.session.uppercased(), stranger.id,
        ]
        for id in ids {
            let answer = try client.send("DELETE /api/v1/auth/sessions/" + id, token: own.access)
            if id == "%00x" {
                #expect(answer.status == 400)
            } else {
                answer.expectProblem(404, "not_found")
            }
        }
        #expect(try client.me(stranger.access).status == 200)
        #expect(try client.sessions(own.access).count == 1)
    }

    @Test
    func `A-12: ids are made here, whatever a client sends, and anew at each login`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        let first = try client.newcomer(name)
        for member in ["session_id", "sid", "refresh_token", "id", "jti"] {
            let body = ["username": name, "password": AccountClient.password, member: first.session]
            let answer = try client.send("POST /api/v1/auth/login", body)
            #expect(answer.problems == ["/\(member) unknown_field"])
        }
        let cookie = "Cookie: sid=\(first.session); session=\(first.session)"
        let second = try AccountGrant(client.logIn(name, AccountClient.password, [cookie]))
        #expect(second.session != first.session && second.refresh != first.refresh)
        #expect(second.access != first.access && second.session != first.session)
    }

    @Test
    func `A-10: what is stored of a refresh token is its digest`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        #expect(grant.refresh.utf8.count == 43, "256 bits in base64url")
        let stored = try client.database("SELECT hash FROM refresh_tokens WHERE session_id = ?", [grant.session])
        let digest = try Command.output(["openssl", "dgst", "-sha256", "-r"], input: Array(grant.refresh.utf8))
        let decoded = try Command.output(
            ["sh", "-c", #"printf '%s=' "$0" | tr -- '-_' '+/' | base64 -d | openssl dgst -sha256 -r"#, grant.refresh]
        )
        #expect([digest, decoded].contains { $0.hasPrefix(stored) && stored.count == 64 })
    }
}
