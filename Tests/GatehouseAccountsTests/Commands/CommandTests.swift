import GatehouseCore
import Testing

@testable import GatehouseAccounts

@Suite struct CommandTests {
    private let password = NormalizedPassword("correct horse battery")

    @Test func `an account that a command made can log in, with its role`() async throws {
        let world = try World(scopes: ["admin": ["everything"]])
        let options = UserOptions(
            email: "Ada@Company.com",
            username: "Ada",
            fullName: "Ada",
            organizationName: "Company",
            teamName: "Engineering",
            role: "admin"
        )
        let view = try await world.commands.create(options, password: self.password)
        #expect(view.user.username == "Ada")
        #expect(view.user.roles == [.admin])
        #expect(view.status == .active)
        let event = try #require(world.store.events.first)
        #expect(event.name == .userCreate)
        #expect(event.actor == .command("operator"))
        #expect(event.target == .user(view.user.id.text))
        let member = try world.member(try await world.logIn("ada"))
        #expect(member.token.claims["scope"] == "everything")
        for name in ["ada", "ADA", "ada@company.com", view.user.id.text] {
            #expect(try await world.commands.show(name) == view)
        }
    }

    @Test func `A-17: a command makes an account with a reserved username, and only a command`() async throws {
        let world = try World()
        let options = UserOptions(email: "a@company.com", username: "Admin", role: "admin")
        let view = try await world.commands.create(options, password: self.password)
        #expect(view.user.username == "Admin")
        #expect(try await world.commands.show("admin") == view)
        let login = try await world.send(.login, #"{"username": "admin", "password": "correct horse battery"}"#)
        #expect(login.status == 200)
        let signup = try await world.send(
            .signup,
            #"{"email": "b@company.com", "password": "correct horse battery", "username": "root"}"#
        )
        #expect(signup.problems == ["/username invalid_format"])
    }

    @Test func `a bad option, a taken name and a weak password are told apart`() async throws {
        let world = try World()
        try await world.signUp()
        let good = UserOptions(email: "a@company.com", username: "abc")
        let cases: [(UserOptions, NormalizedPassword, AccountsCommandFault)] = [
            (UserOptions(email: "a", username: "abc"), self.password, .refused(option: "--email", .invalidFormat)),
            (
                UserOptions(email: "a@b.example", username: "a"), self.password,
                .refused(option: "--username", .tooShort)
            ),
            (
                UserOptions(email: "a@b.example", username: "abc", teamName: ""), self.password,
                .refused(option: "--team-name", .tooShort)
            ),
            (UserOptions(email: "a@b.example", username: "abc", role: "owner"), self.password, .roleUnknown),
            (UserOptions(email: "user@company.com", username: "abc"), self.password, .store(.emailTaken)),
            (UserOptions(email: "a@company.com", username: "user"), self.password, .store(.usernameTaken)),
            (good, NormalizedPassword("short"), .refused(option: "the password", .passwordTooShort)),
        ]
        for (options, password, fault) in cases {
            await #expect(throws: fault) { try await world.commands.create(options, password: password) }
        }
        #expect(world.store.state.users.count == 1)
        let attempts = world.store.events.filter { $0.name == .userCreate }
        #expect(attempts.map(\.result) == [.failure, .failure])
        #expect(attempts.allSatisfy { $0.actor == .command("operator") })
    }

    @Test func `disable ends sessions and logins, enable lets in again`() async throws {
        let world = try World()
        let member = try await world.signUp()
        #expect(try await world.commands.disable("user").status == .disabled)
        #expect(world.store.events.last?.name == .userDisable)
        try await self.follow(world)
        #expect(world.revocations.includes(member.token))
        #expect(try await world.logIn().refusal == .credentialsRejected)
        #expect(try await world.send(.me, as: member.token).refusal == .tokenRejected(.revoked))
        #expect(try await world.commands.enable("user").status == .active)
        #expect(try await world.logIn().status == 200)
        // What was ended stays ended.
        #expect(try await world.send(.me, as: member.token).refusal == .tokenRejected(.revoked))
    }

    @Test func `set-role replaces the roles and ends the tokens that hold the former`() async throws {
        let world = try World()
        let member = try await world.signUp()
        #expect(try await world.commands.setRole("user", "admin").user.roles == [.admin])
        try await self.follow(world)
        #expect(world.revocations.includes(member.token))
        #expect(try world.member(try await world.logIn()).token.claims["roles"] == ["admin"])
        await #expect(throws: AccountsCommandFault.roleUnknown) { try await world.commands.setRole("user", "root") }
    }

    @Test func `set-password replaces it, ends sessions and the waiting`() async throws {
        let world = try World()
        let member = try await world.signUp()
        for _ in 0..<70 { _ = try await world.logIn("user", "wrong") }
        _ = try await world.commands.setPassword("user", NormalizedPassword("another good horse"))
        try await self.follow(world)
        #expect(world.revocations.includes(member.token))
        #expect(try await world.logIn("user", "another good horse").status == 200)
        await #expect(throws: AccountsCommandFault.refused(option: "the password", .passwordContainsIdentity)) {
            try await world.commands.setPassword("user", NormalizedPassword("I am user here, see?"))
        }
    }

    @Test func `revoke-sessions ends minted tokens as well`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let minted = try world.mint(subject: member.id)
        _ = try await world.commands.revokeSessions("user@company.com")
        try await self.follow(world)
        #expect(world.revocations.includes(member.token))
        #expect(world.revocations.includes(minted))
        #expect(world.store.state.sessions.isEmpty)
        #expect(try await world.logIn().status == 200)
    }

    @Test(arguments: ["nobody", "nobody@company.com", "0", "", "a@b@c"])
    func `a name of nobody is told`(name: String) async throws {
        let world = try World()
        try await world.signUp()
        let count = world.store.events.count
        await #expect(throws: AccountsCommandFault.userUnknown) { try await world.commands.show(name) }
        await #expect(throws: AccountsCommandFault.userUnknown) { try await world.commands.disable(name) }
        #expect(world.store.events.count == count)
    }

    @Test func `all accounts are listed in their order, over several pages`() async throws {
        let world = try World()
        let template = try #require(try await self.someUser(world))
        world.store.edit { state in
            for index in 0..<1200 {
                let id = Identifier(madeAt: world.now + Int64(index + 1) * 1000)
                state.users[id] = User(
                    id: id,
                    email: "\(index)@company.com",
                    emailKey: "\(index)@company.com",
                    username: "u\(index)",
                    usernameKey: "u\(index)",
                    fullName: nil,
                    organizationID: template.organizationID,
                    organizationName: nil,
                    organizationRole: .owner,
                    teamName: nil,
                    roles: [.user],
                    isDisabled: false,
                    createdAt: world.now
                )
            }
        }
        let list = try await world.commands.list()
        #expect(list.map(\.user.username) == ["user"] + (0..<1200).map { "u\($0)" })
    }

    @Test func `a store that fails is told`() async throws {
        let world = try World()
        try await world.signUp()
        world.store.fail(with: .auditUnavailable("full"))
        await #expect(throws: AccountsCommandFault.store(.auditUnavailable("full"))) {
            try await world.commands.disable("user")
        }
        #expect(try await world.commands.show("user").status == .active)
    }

    private func someUser(_ world: World) async throws -> User? {
        try await world.signUp()
        return world.store.state.users.values.first
    }

    private func follow(_ world: World) async throws {
        let follower = RevocationFollower(
            store: world.store,
            revocations: world.revocations,
            clock: { world.now },
            report: { _ in }
        )
        _ = try await follower.follow(after: 0)
    }
}
