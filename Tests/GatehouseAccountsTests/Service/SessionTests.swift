import GatehouseCore
import Testing

@testable import GatehouseAccounts

@Suite struct SessionTests {
    @Test func `sessions are listed, the newest first, with the current one marked`() async throws {
        let world = try World()
        let first = try await world.signUp()
        world.wait(seconds: 5)
        var draft = CallDraft(.login, #"{"email": "user@company.com", "password": "correct horse battery"}"#)
        draft.address = "2001:db8::7"
        draft.userAgent = nil
        let second = try world.member(try await world.send(draft))
        try await world.signUp("other")
        let reply = try await world.send(.sessions, as: first.token)
        #expect(reply.header(.cacheControl) == "no-store")
        let list = try #require(reply.json?.array).compactMap(\.object)
        #expect(list.map { $0["id"]?.string } == [second.session, first.session])
        #expect(list.map { $0["current"] } == [false, true])
        #expect(
            list[0].members.map(\.name) == [
                "id", "created_at", "last_used_at", "client_address", "user_agent", "current",
            ]
        )
        #expect(list[0]["client_address"] == "2001:db8::7")
        #expect(list[0]["user_agent"] == JSONValue.null)
        #expect(list[1]["user_agent"] == "test/1")
        world.wait(seconds: 2_592_000 - 5)
        let later = try await world.send(.sessions, as: second.token)
        #expect(later.json?.array?.count == 1)
    }

    @Test(arguments: [
        (nil, [true, false, false]), ("this", [true, false, false]), ("others", [false, true, true]),
        ("all", [true, true, true]),
    ])
    func `logout ends what its scope says, at once and for other processes`(scope: String?, ended: [Bool]) async throws
    {
        let world = try World()
        var members = [try await world.signUp()]
        for _ in 0..<2 { members.append(try world.member(try await world.logIn())) }
        let stranger = try await world.signUp("stranger")
        let body = scope.map { #"{"scope": "\#($0)"}"# }
        let reply = try await world.send(.logout, body, as: members[0].token)
        #expect(reply.status == 204)
        #expect(members.map { world.revocations.includes($0.token) } == ended)
        #expect(!world.revocations.includes(stranger.token))
        let other = Revocations()
        let follower = RevocationFollower(
            store: world.store,
            revocations: other,
            clock: { world.now },
            report: { _ in }
        )
        _ = try await follower.follow(after: 0)
        #expect(members.map { other.includes($0.token) } == ended)
        #expect(world.store.events.last?.name == .userLogout)
        #expect(world.store.events.last?.result == .success)
    }

    @Test func `a logout's scope is one of three`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let reply = try await world.send(.logout, #"{"scope": "everything"}"#, as: member.token)
        #expect(reply.problems == ["/scope invalid_format"])
        #expect(try await world.send(.logout, #"{"scope": null}"#, as: member.token).problems == ["/scope wrong_type"])
        #expect(try await world.send(.logout, "{}", as: member.token).status == 204)
        #expect(try await world.send(.logout, as: member.token).refusal == .tokenRejected(.revoked))
    }

    @Test func `a minted token without a session ends with its subject's`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let minted = try world.mint(subject: member.id)
        #expect(try await world.send(.me, as: minted).status == 200)
        #expect(try await world.send(.logout, as: minted).status == 204)
        #expect(world.revocations.includes(minted))
        #expect(!world.revocations.includes(member.token))
        for subject in ["somebody", "", Identifier(madeAt: 0).text] {
            let token = try world.mint(subject: subject)
            guard case .tokenRejected? = try await world.send(.me, as: token).refusal else {
                Issue.record("\(subject) has no account")
                continue
            }
        }
    }

    @Test func `A-26: a session that is not one's own is not there`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let second = try world.member(try await world.logIn())
        let other = try await world.signUp("other")
        for id in [other.session, Identifier(madeAt: world.now).text, "me", "..", "'; --", second.session.uppercased()]
        {
            var draft = CallDraft(.sessionEnd, token: member.token)
            draft.parameter = id
            #expect(try await world.send(draft).refusal == .resourceUnknown)
        }
        #expect(world.store.state.sessions.count == 3)
        #expect(!world.revocations.includes(other.token))
        var draft = CallDraft(.sessionEnd, token: member.token)
        draft.parameter = second.session
        #expect(try await world.send(draft).status == 204)
        #expect(world.revocations.includes(second.token))
        #expect(world.store.events.last?.name == .sessionRevoke)
        #expect(world.store.events.last?.target == AuditEvent.Party(type: "session", id: second.session))
        #expect(try await world.send(draft).refusal == .resourceUnknown)
    }

    @Test func `a mutation that cannot be recorded ends nothing`() async throws {
        let world = try World()
        let member = try await world.signUp()
        world.store.fail(with: .auditUnavailable("full"))
        #expect(try await world.send(.logout, as: member.token).refusal == .auditUnavailable)
        #expect(!world.revocations.includes(member.token))
        #expect(try await world.send(.sessions, as: member.token).status == 200)
        #expect(try await world.send(.me, as: member.token).status == 200)
    }
}
