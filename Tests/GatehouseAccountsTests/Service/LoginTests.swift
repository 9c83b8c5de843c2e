import GatehouseCore
import Testing

@testable import GatehouseAccounts

@Suite struct LoginTests {
    /// A login with the right password from an address that nobody logged in from, and whose turn it is not.
    private func waitingStranger(_ world: World) async throws -> CallDraft {
        var draft = CallDraft(.login, #"{"email": "user@company.com", "password": "incorrect horse"}"#)
        for index in 0..<100 {
            draft.address = "203.0.113.\(index)"
            if case .loginDelayed? = try await world.send(draft).refusal { break }
        }
        var owner = CallDraft(.login, #"{"email": "user@company.com", "password": "correct horse battery"}"#)
        owner.address = draft.address
        return owner
    }

    @Test func `login takes e-mail or username, in any case of its letters`() async throws {
        let world = try World()
        try await world.signUp()
        for name in [#""email": "USER@COMPANY.com""#, #""username": "User""#] {
            let reply = try await world.send(.login, #"{\#(name), "password": "correct horse battery"}"#)
            #expect(reply.status == 200)
            #expect(reply.header(.cacheControl) == "no-store")
            #expect(reply.header(.location) == nil)
        }
    }

    @Test(
        arguments: [
            (#"{"password": "x"}"#, ["/email required"]),
            (#"{"email": "a@b.example"}"#, ["/password required"]),
            (#"{"email": "a@b.example", "username": "abc", "password": "x"}"#, ["/username unknown_field"]),
            (#"{"email": "a@b.example", "username": null, "password": "x"}"#, ["/username unknown_field"]),
            (#"{"email": 1, "username": {}, "password": "x"}"#, ["/email wrong_type", "/username unknown_field"]),
            (#"{"email": null, "password": "x"}"#, ["/email wrong_type"]),
            (#"{"email": 1, "password": {"$ne": null}}"#, ["/email wrong_type", "/password wrong_type"]),
            (#"{"email": "a@b.example", "password": "x", "scope": "all"}"#, ["/scope unknown_field"]),
            ("[1]", [" wrong_type"]),
        ]
    )
    func `a bad login is told everything that is wrong with it`(body: String, problems: [String]) async throws {
        let world = try World()
        let reply = try await world.send(.login, body)
        #expect(reply.refusal == .fieldsInvalid)
        #expect(reply.problems == problems)
        #expect(world.worker.comparisons.isEmpty)
    }

    @Test func `A-04: unknown, wrong and disabled are one answer after the same work`() async throws {
        let world = try World()
        try await world.signUp("known")
        try await world.signUp("disabled")
        world.store.edit { state in
            for user in state.users.values where user.username == "disabled" {
                state.users[user.id]?.isDisabled = true
            }
        }
        let bodies = [
            #"{"email": "known@company.com", "password": "incorrect horse"}"#,
            #"{"email": "unknown@company.com", "password": "incorrect horse"}"#,
            #"{"email": "no address at all", "password": "incorrect horse"}"#,
            #"{"username": "unknown", "password": "incorrect horse"}"#,
            #"{"username": "admin", "password": "incorrect horse"}"#,
            #"{"email": "disabled@company.com", "password": "correct horse battery"}"#,
        ]
        var work: Set<[String]> = []
        for body in bodies {
            world.store.forget()
            world.worker.forget()
            let reply = try await world.send(.login, body)
            #expect(reply.refusal == .credentialsRejected)
            #expect(reply.isFailure)
            #expect(!reply.isToken)
            #expect(world.worker.comparisons.count == 1)
            #expect(world.store.events.count == 1)
            #expect(world.store.events.allSatisfy { $0.name == .userLogin && $0.result == .denied && $0.status == 401 })
            work.insert(world.store.operations)
        }
        #expect(work.count == 1, "\(work)")
    }

    @Test(arguments: ["disable", "change", "delete"])
    func `an account that is changed while its password is compared is not logged in`(change: String) async throws {
        let world = try World()
        try await world.signUp()
        let store = world.store
        world.worker.happens {
            store.edit { state in
                for id in state.users.keys {
                    switch change {
                    case "disable": state.users[id]?.isDisabled = true
                    case "change": state.hashes[id] = "$plain$1$other"
                    default: state.users[id] = nil
                    }
                }
            }
        }
        let sessions = world.store.state.sessions.count
        let reply = try await world.logIn()
        #expect(reply.refusal == .credentialsRejected)
        #expect(reply.isFailure)
        #expect(world.store.state.sessions.count == sessions)
        #expect(world.store.events.last?.result == .denied)
    }

    @Test func `a stored hash that cannot be read is a wrong password, and reported`() async throws {
        let world = try World()
        try await world.signUp()
        world.store.edit { state in
            for id in state.hashes.keys { state.hashes[id] = "$argon2id$m=4294967295" }
        }
        #expect(try await world.logIn().refusal == .credentialsRejected)
        #expect(world.faults == [.password(.corruptHash)])
    }

    @Test func `a password over 1024 bytes is a failed login for everybody`() async throws {
        let world = try World()
        try await world.signUp()
        let long = String(repeating: "a", count: 1025)
        #expect(try await world.logIn("user", long).refusal == .credentialsRejected)
        #expect(try await world.logIn("nobody", long).refusal == .credentialsRejected)
    }

    @Test func `A-08: delays begin after 64 failures from one address, double, end, and are alike for nobody`()
        async throws
    {
        let world = try World()
        try await world.signUp()
        for name in ["user", "nobody"] {
            for _ in 0..<64 {
                #expect(try await world.logIn(name, "wrong").refusal == .credentialsRejected)
            }
            var delays: [Int] = []
            for _ in 0..<12 {
                world.worker.forget()
                guard case .loginDelayed(let seconds)? = try await world.logIn(name, "wrong").refusal else { break }
                #expect(world.worker.comparisons.isEmpty)
                delays.append(seconds)
                world.wait(seconds: Int64(seconds))
                #expect(try await world.logIn(name, "wrong").refusal == .credentialsRejected)
            }
            #expect(delays == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
        }
    }

    @Test func `A-08: while delayed the right password waits too, and then resets`() async throws {
        let world = try World()
        try await world.signUp()
        for _ in 0..<64 { _ = try await world.logIn("user", "wrong") }
        #expect(try await world.logIn().refusal == .loginDelayed(seconds: 1))
        world.wait(seconds: 1)
        #expect(try await world.logIn().status == 200)
        for _ in 0..<64 { #expect(try await world.logIn("user", "wrong").refusal == .credentialsRejected) }
        #expect(try await world.logIn("user", "wrong").refusal == .loginDelayed(seconds: 1))
    }

    @Test func `A-08: an account is shown as locked while one address waits, and no longer`() async throws {
        let world = try World()
        try await world.signUp()
        for _ in 0..<63 { _ = try await world.logIn("user", "wrong") }
        #expect(try await world.commands.show("user").status == .active)
        _ = try await world.logIn("user", "wrong")
        #expect(try await world.logIn().refusal == .loginDelayed(seconds: 1))
        #expect(try await world.commands.show("user").status == .locked)
        world.wait(seconds: 1)
        #expect(try await world.commands.show("user").status == .active)
        _ = try await world.logIn("user", "wrong")
        #expect(try await world.commands.show("user").status == .locked)
        #expect(try await world.commands.unlock("user").status == .active)
        #expect(try await world.logIn().status == 200)
    }

    @Test func `A-08: an outsider's failures never keep the victim out, but slow other strangers`() async throws {
        let world = try World()
        try await world.signUp()
        for index in 0..<100 {
            var draft = CallDraft(.login, #"{"email": "user@company.com", "password": "wrong"}"#)
            draft.address = "198.51.100.\(index)"
            #expect(try await world.send(draft).refusal == .credentialsRejected)
        }
        let stranger = try await self.waitingStranger(world)
        guard case .loginDelayed(let seconds)? = try await world.send(stranger).refusal else {
            Issue.record("100 failures cost a stranger no delay")
            return
        }
        #expect(seconds <= 4)
        #expect(try await world.commands.show("user").status == .locked)
        // The address of the signup is known.
        #expect(try await world.logIn().status == 200)
        #expect(try await world.commands.show("user").status == .active)
        #expect(try await world.send(stranger).status == 200)
    }

    @Test func `A-08: a stranger who waits as told gets in within 15 minutes, however much others fail`() async throws {
        let world = try World()
        try await world.signUp()
        let wrong = #"{"email": "user@company.com", "password": "wrong"}"#
        for index in 0..<120 {
            var draft = CallDraft(.login, wrong)
            draft.address = "198.51.100.\(index)"
            if index >= 100 { world.wait(seconds: 900) }
            #expect(try await world.send(draft).refusal == .credentialsRejected)
        }
        let owner = try await self.waitingStranger(world)
        guard case .loginDelayed(let seconds)? = try await world.send(owner).refusal else {
            Issue.record("120 failures cost a stranger no delay")
            return
        }
        #expect(seconds <= 900)
        // Every second of the waiting all the others try again; few of them are looked at.
        var looked = 0
        for _ in 0..<seconds {
            world.wait(seconds: 1)
            for index in 0..<8 {
                var draft = CallDraft(.login, wrong)
                draft.address = "198.51.100.\(index)"
                if try await world.send(draft).refusal == .credentialsRejected { looked += 1 }
            }
        }
        #expect(looked <= 16)
        #expect(try await world.send(owner).status == 200)
    }

    @Test(arguments: [0, 1, 1_800_000_000_000_000, Int64.max - 1, Int64.max, .min, -1])
    func `no counter and no clock makes the delay trap`(now: Int64) {
        let key = LoginFailureKey(account: [1], address: "192.0.2.1")
        for count in [0, 63, 64, 100, 110, Int.max] {
            for last in [0, now, Int64.max, .min] {
                let failures = LoginFailures(
                    fromAddress: count,
                    lastFromAddress: last,
                    overall: count,
                    lastOverall: last
                )
                let seconds = LoginThrottle.delay(failures, for: key, at: now)
                #expect(seconds ?? 1 >= 1 && seconds ?? 1 <= 900)
                #expect(count >= 64 || seconds == nil)
            }
        }
    }

    @Test func `A-08: addresses of one /64 count as one, and an unlock resets`() async throws {
        let world = try World()
        try await world.signUp()
        for index in 0..<64 {
            var draft = CallDraft(.login, #"{"email": "user@company.com", "password": "wrong"}"#)
            draft.address = "2001:db8:1:2::\(index)"
            #expect(try await world.send(draft).refusal == .credentialsRejected)
        }
        var draft = CallDraft(.login, #"{"email": "user@company.com", "password": "correct horse battery"}"#)
        draft.address = "2001:db8:1:2:3::"
        #expect(try await world.send(draft).refusal == .loginDelayed(seconds: 1))
        draft.address = "2001:db8:1:3::"
        #expect(try await world.send(draft).status == 200)
        for _ in 0..<70 {
            world.wait(seconds: 900)
            _ = try await world.logIn("user", "wrong")
        }
        guard case .loginDelayed = try await world.logIn().refusal else {
            Issue.record("70 failures cost no delay")
            return
        }
        _ = try await world.commands.unlock("user")
        #expect(try await world.logIn().status == 200)
    }

    @Test func `A-12: what a client chooses for a session is not taken, and each login has new ids`() async throws {
        let world = try World()
        let first = try await world.signUp()
        for member in ["session", "sid", "refresh_token", "mfa_token"] {
            let reply = try await world.send(
                .login,
                #"{"email": "user@company.com", "password": "correct horse battery", "\#(member)": "\#(first.session)"}"#
            )
            #expect(reply.problems == ["/\(member) unknown_field"])
        }
        var draft = CallDraft(.login, #"{"email": "user@company.com", "password": "correct horse battery"}"#)
        draft.fields = [("Cookie", "sid=\(first.session)"), ("Authorization", "Bearer \(first.refresh)")]
        let second = try world.member(try await world.send(draft))
        #expect(second.session != first.session)
        #expect(second.refresh != first.refresh)
        #expect(second.token.claims["jti"] != first.token.claims["jti"])
    }

    @Test func `a hash of former parameters is made anew by a login`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let id = try #require(Identifier(member.id))
        let former = world.store.state.hashes[id]
        world.worker.change(parameters: "2")
        #expect(try await world.logIn().status == 200)
        #expect(world.store.state.hashes[id] != former)
        #expect(world.store.state.hashes[id]?.hasPrefix("$plain$2$") == true)
        #expect(try await world.logIn().status == 200)
    }

    @Test func `an account has 100 sessions at most, and the one that is not used ends`() async throws {
        let world = try World()
        let first = try await world.signUp()
        for _ in 0..<100 {
            world.wait(seconds: 1)
            #expect(try await world.logIn().status == 200)
        }
        #expect(world.store.state.sessions.count == 100)
        #expect(world.revocations.includes(first.token))
        #expect(try await world.send(.me, as: first.token).refusal == .tokenRejected(.revoked))
    }

    @Test(
        arguments: [
            (StoreFault.unavailable("locked"), Refusal.databaseUnavailable),
            (.auditUnavailable("full"), .auditUnavailable),
        ]
    )
    func `a store that fails is 503 for the right and for a wrong password`(
        fault: StoreFault,
        refusal: Refusal
    ) async throws {
        let world = try World()
        try await world.signUp()
        world.store.fail(with: fault)
        for password in ["correct horse battery", "wrong"] {
            let reply = try await world.logIn("user", password)
            #expect(reply.refusal == refusal)
            #expect(!reply.isFailure)
        }
        world.store.fail(with: nil, reads: fault)
        #expect(try await world.logIn().refusal == refusal)
        world.store.fail(with: nil)
        #expect(try await world.logIn().status == 200)
    }

    @Test func `a full password queue is accounts_busy, and no failure`() async throws {
        let world = try World()
        try await world.signUp()
        world.worker.fail(with: .busy)
        let reply = try await world.logIn()
        #expect(reply.refusal == .accountsBusy)
        #expect(!reply.isFailure)
        #expect(world.store.state.accounts.isEmpty)
    }
}
