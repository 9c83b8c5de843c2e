import GatehouseCore
import GatehouseCrypto
import Testing

@testable import GatehouseAccounts

@Suite struct RefreshTests {
    private func refresh(_ world: World, _ token: String) async throws -> Reply {
        try await world.send(.refresh, #"{"refresh_token": "\#(token)"}"#)
    }

    private func decoded(_ token: String) -> [UInt8]? {
        Base64URL.decode(token.utf8Span.span)
    }

    @Test func `a refresh gives a new pair for the same session`() async throws {
        let world = try World()
        let first = try await world.signUp()
        world.wait(seconds: 60)
        let reply = try await self.refresh(world, first.refresh)
        #expect(reply.status == 200)
        #expect(reply.header(.cacheControl) == "no-store")
        let second = try world.member(reply)
        #expect(second.session == first.session)
        #expect(second.refresh != first.refresh)
        #expect(second.user == first.user)
        #expect(try await self.refresh(world, second.refresh).status == 200)
    }

    @Test func `A-09: the direct parent within 10 seconds gets the same child again`() async throws {
        let world = try World()
        let first = try await world.signUp()
        let child = try world.member(try await self.refresh(world, first.refresh))
        world.wait(seconds: 10)
        let again = try world.member(try await self.refresh(world, first.refresh))
        #expect(again.refresh == child.refresh)
        #expect(again.session == child.session)
        #expect(!world.revocations.includes(child.token))
    }

    @Test func `A-09: two at once get the same child`() async throws {
        let world = try World()
        let first = try await world.signUp()
        let tokens = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<16 {
                group.addTask { try world.member(try await self.refresh(world, first.refresh)).refresh }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(tokens.count == 1)
        #expect(world.store.state.tokens.count == 2)
    }

    @Test func `A-09: the parent after 10 seconds ends the family, and is recorded as denied`() async throws {
        let world = try World()
        let first = try await world.signUp()
        let child = try world.member(try await self.refresh(world, first.refresh))
        world.wait(seconds: 11)
        world.store.forget()
        let reuse = try await self.refresh(world, first.refresh)
        #expect(reuse.refusal == .refreshTokenRejected)
        #expect(reuse.isToken)
        #expect(world.store.events.map(\.name) == [.tokenRefresh])
        #expect(world.store.events.first?.result == .denied)
        #expect(world.store.events.first?.target == AuditEvent.Party(type: "session", id: first.session))
        #expect(world.revocations.includes(child.token))
        #expect(world.store.state.revocations.map(\.entry.id) == [first.session])
        #expect(try await self.refresh(world, child.refresh).refusal == .refreshTokenRejected)
        #expect(try await world.send(.me, as: child.token).refusal == .tokenRejected(.revoked))
    }

    @Test func `A-09: a grandparent ends the family at once`() async throws {
        let world = try World()
        let first = try await world.signUp()
        let second = try world.member(try await self.refresh(world, first.refresh))
        let third = try world.member(try await self.refresh(world, second.refresh))
        #expect(try await self.refresh(world, first.refresh).refusal == .refreshTokenRejected)
        #expect(try await self.refresh(world, third.refresh).refusal == .refreshTokenRejected)
        #expect(world.revocations.includes(third.token))
    }

    @Test func `A-09: only digests are stored, and another server key derives another child`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let credential = try #require(RefreshCredential(member.refresh))
        let bytes = try #require(self.decoded(member.refresh))
        #expect(Array(world.store.state.tokens.keys) == [SHA256.digest(bytes)])
        let other = try World()
        let child = try #require(credential.child(world.keys))
        #expect(child.text != credential.child(other.keys)?.text)
        #expect(child.text == credential.child(world.keys)?.text)
        #expect(bytes.count == 32)
    }

    @Test func `A-10: a refresh after the end is 401`() async throws {
        let world = try World()
        for end in ["delete", "disable", "change", "logout", "revoke", "expiry"] {
            let member = try await world.signUp(end + "-user")
            switch end {
            case "delete":
                let reply = try await world.send(.meDelete, #"{"password": "correct horse battery"}"#, as: member.token)
                #expect(reply.status == 204)
            case "disable": _ = try await world.commands.disable(member.id)
            case "change":
                let other = try world.member(try await world.logIn(end + "-user"))
                let body = #"{"current_password": "correct horse battery", "new_password": "another good horse"}"#
                #expect(try await world.send(.passwordChange, body, as: other.token).status == 204)
            case "logout": #expect(try await world.send(.logout, as: member.token).status == 204)
            case "revoke": _ = try await world.commands.revokeSessions(member.id)
            default: world.wait(seconds: 2_592_000)
            }
            let reply = try await self.refresh(world, member.refresh)
            #expect(reply.refusal == .refreshTokenRejected, "after \(end)")
            #expect(reply.isToken)
        }
    }

    @Test func `A-10: a disabled account gets no tokens, whatever is left of its sessions`() async throws {
        let world = try World()
        let member = try await world.signUp()
        world.store.edit { state in
            for id in state.users.keys { state.users[id]?.isDisabled = true }
        }
        #expect(try await self.refresh(world, member.refresh).refusal == .refreshTokenRejected)
        #expect(world.store.events.last?.result == .denied)
        for endpoint in [AccountsEndpoint.me, .sessions, .logout] {
            #expect(try await world.send(endpoint, as: member.token).refusal == .tokenRejected(.revoked))
        }
    }

    @Test func `A-10: any flipped bit is 401 and ends nothing`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let bytes = try #require(self.decoded(member.refresh))
        for bit in 0..<256 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(try await self.refresh(world, Base64URL.string(flipped)).refusal == .refreshTokenRejected)
        }
        #expect(try await self.refresh(world, member.refresh).status == 200)
    }

    @Test(arguments: [
        "", "a", "a.b.c", "=", String(repeating: "A", count: 44), String(repeating: "A", count: 60_000), "é",
    ])
    func `A-10: what has not the form of a token is 401`(token: String) async throws {
        let world = try World()
        let reply = try await self.refresh(world, token)
        #expect(reply.refusal == .refreshTokenRejected)
        #expect(reply.isToken)
    }

    @Test(
        arguments: [
            ("{}", ["/refresh_token required"]),
            (#"{"refresh_token": null}"#, ["/refresh_token wrong_type"]),
            (#"{"refresh_token": "x", "scope": "a"}"#, ["/scope unknown_field"]),
            ("3", [" wrong_type"]),
        ]
    )
    func `a bad refresh is told what is wrong with it`(body: String, problems: [String]) async throws {
        let world = try World()
        let reply = try await world.send(.refresh, body)
        #expect(reply.problems == problems)
    }

    @Test func `the tokens of a refresh say what is true now`() async throws {
        let world = try World()
        let member = try await world.signUp()
        world.store.edit { state in
            for id in state.users.keys { state.users[id]?.roles = [.admin] }
        }
        let second = try world.member(try await self.refresh(world, member.refresh))
        #expect(second.token.claims["roles"] == ["admin"])
    }

    @Test func `a store that fails is 503, and the token is still good`() async throws {
        let world = try World()
        let member = try await world.signUp()
        world.store.fail(with: .unavailable("locked"))
        #expect(try await self.refresh(world, member.refresh).refusal == .databaseUnavailable)
        world.store.fail(with: .auditUnavailable("full"))
        #expect(try await self.refresh(world, member.refresh).refusal == .auditUnavailable)
        world.store.fail(with: nil)
        #expect(try await self.refresh(world, member.refresh).status == 200)
    }
}
