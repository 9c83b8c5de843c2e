import GatehouseCore
import Testing

@testable import GatehouseAccounts

@Suite struct SignupTests {
    @Test func `the documented signup is answered with tokens and the user, then login and me work`() async throws {
        let world = try World()
        let reply = try await world.send(.signup, World.documented)
        #expect(reply.status == 201)
        #expect(reply.header(.location) == "/api/v1/users/me")
        #expect(reply.header(.cacheControl) == "no-store")
        #expect(reply.header(.contentType) == "application/json")
        let body = try #require(reply.object)
        #expect(body.members.map(\.name) == ["access_token", "token_type", "expires_in", "refresh_token", "user"])
        #expect(body["token_type"] == "Bearer")
        #expect(body["expires_in"] == 900)
        let user = try #require(body["user"]?.object)
        #expect(
            user.members.map(\.name) == [
                "id", "email", "username", "full_name", "organization_name", "team_name", "roles", "status",
                "created_at",
            ]
        )
        #expect(user["email"] == "user@company.com")
        #expect(user["organization_name"] == "Company Name")
        #expect(user["team_name"] == "Engineering")
        #expect(user["roles"] == ["user"])
        #expect(user["status"] == "active")
        #expect(user["created_at"] == "2027-01-15T08:00:00Z")

        let login = try await world.send(.login, #"{"email": "user@company.com", "password": "securepassword"}"#)
        #expect(login.status == 200)
        let member = try world.member(login)
        let me = try await world.send(.me, as: member.token)
        #expect(me.object == user)
        #expect(me.header(.cacheControl) == "no-store")
    }

    @Test func `the access token says what the contract lists`() async throws {
        let world = try World(scopes: ["user": ["profile", "orders:read"], "admin": ["orders:read", "admin"]])
        let member = try await world.signUp()
        let claims = member.token.claims
        #expect(claims["iss"] == "https://api.example.com")
        #expect(claims["aud"] == "orders-api")
        #expect(claims["sub"] == member.user["id"])
        #expect(claims["email"] == "user@company.com")
        #expect(claims["username"] == "user")
        #expect(claims["roles"] == ["user"])
        #expect(claims["org_role"] == "owner")
        #expect(claims["scope"] == "profile orders:read")
        #expect(claims["org"]?.string.flatMap(Identifier.init) != nil)
        #expect(claims["sid"]?.string.flatMap(Identifier.init) != nil)
        #expect(claims["jti"]?.string?.isEmpty == false)

        world.store.edit { state in
            for id in state.users.keys { state.users[id]?.roles = [.user, .admin] }
        }
        let both = try world.member(try await world.logIn())
        #expect(both.token.claims["scope"] == "profile orders:read admin")
        #expect(both.token.claims["roles"] == ["user", "admin"])
    }

    @Test func `without scopes the claim is absent, and optional names are null`() async throws {
        let world = try World()
        let member = try await world.signUp()
        #expect(member.token.claims["scope"] == nil)
        #expect(member.user["full_name"] == JSONValue.null)
        #expect(member.user["organization_name"] == JSONValue.null)
        #expect(member.user["team_name"] == JSONValue.null)
        #expect(world.store.state.teams.isEmpty)
    }

    @Test func `two signups of one organisation's name make two organisations`() async throws {
        let world = try World()
        var organizations: Set<String> = []
        for name in ["first", "second"] {
            let reply = try await world.send(
                .signup,
                """
                {"email": "\(name)@company.com", "password": "correct horse battery", "username": "\(name)", \
                "organization_name": "Company Name", "team_name": "Engineering"}
                """
            )
            organizations.insert(try world.member(reply).token.claims["org"]?.string ?? "")
        }
        #expect(organizations.count == 2)
        #expect(world.store.state.teams.count == 2)
    }

    @Test(
        arguments: [
            ("{}", ["/email required", "/password required", "/username required"]),
            (
                #"{"email": 1, "password": [], "username": null, "full_name": null, "team_name": {}}"#,
                [
                    "/email wrong_type", "/password wrong_type", "/username wrong_type", "/full_name wrong_type",
                    "/team_name wrong_type",
                ]
            ),
            (
                #"{"email": "a@b@c", "password": "short", "username": "a b", "full_name": ""}"#,
                [
                    "/email invalid_format", "/username invalid_format", "/full_name too_short",
                    "/password password_too_short",
                ]
            ),
            (
                #"{"email": "a@b.example", "password": "aaaaaaaaaaaa", "username": "ab", "x/y~z": 1}"#,
                ["/username too_short", "/x~1y~0z unknown_field", "/password password_too_common"]
            ),
            (
                #"{"email": "somebody@b.example", "password": "I am somebody here", "username": "other"}"#,
                ["/password password_contains_identity"]
            ),
            ("[]", [" wrong_type"]),
            ("\"text\"", [" wrong_type"]),
        ]
    )
    func `a bad signup is told everything that is wrong with it`(body: String, problems: [String]) async throws {
        let world = try World()
        let reply = try await world.send(.signup, body)
        #expect(reply.refusal == .fieldsInvalid)
        #expect(reply.problems == problems)
        #expect(world.store.state.users.isEmpty)
        #expect(world.worker.hashes == 0)
        #expect(world.store.events.isEmpty)
    }

    @Test func `A-05: a known e-mail or username is 409, in any case of its letters, and recorded without whom`()
        async throws
    {
        let world = try World()
        try await world.signUp("user")
        world.store.forget()
        let email = try await world.send(
            .signup,
            #"{"email": "USER@Company.COM", "password": "correct horse battery", "username": "other"}"#
        )
        #expect(email.refusal == .emailTaken)
        let username = try await world.send(
            .signup,
            #"{"email": "other@company.com", "password": "correct horse battery", "username": "USER"}"#
        )
        #expect(username.refusal == .usernameTaken)
        let both = try await world.send(
            .signup,
            #"{"email": "user@company.com", "password": "correct horse battery", "username": "user"}"#
        )
        #expect(both.refusal == .emailTaken)
        #expect(world.store.state.users.count == 1)
        #expect(world.store.events.map(\.name) == [.userSignup, .userSignup, .userSignup])
        #expect(world.store.events.allSatisfy { $0.result == .failure && $0.status == 409 && $0.target == nil })
    }

    @Test func `A-17: a username is kept as typed for answers and tokens, and compared folded`() async throws {
        let world = try World()
        let signup = try await world.send(
            .signup,
            #"{"email": "a@company.com", "password": "correct horse battery", "username": "Alice.B"}"#
        )
        let member = try world.member(signup)
        #expect(member.user["username"] == "Alice.B")
        #expect(member.token.claims["username"] == "Alice.B")
        let taken = try await world.send(
            .signup,
            #"{"email": "b@company.com", "password": "correct horse battery", "username": "aLICE.b"}"#
        )
        #expect(taken.refusal == .usernameTaken)
        for name in ["Alice.B", "alice.b", "ALICE.B"] {
            let login = try await world.send(
                .login,
                #"{"username": "\#(name)", "password": "correct horse battery"}"#
            )
            #expect(try world.member(login).user["username"] == "Alice.B")
            #expect(try await world.commands.show(name).user.username == "Alice.B")
        }
        let weak = NormalizedPassword("xx aLiCe.b xx long")
        await #expect(throws: AccountsCommandFault.refused(option: "the password", .passwordContainsIdentity)) {
            try await world.commands.setPassword("alice.b", weak)
        }
    }

    @Test func `a signup is recorded with its request`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let event = try #require(world.store.events.first)
        #expect(world.store.events.count == 1)
        #expect(event.name == .userSignup)
        #expect(event.actor == .anonymous)
        #expect(event.target == .user(member.id))
        #expect(event.result == .success)
        #expect(event.status == 201)
        #expect(event.method == "POST")
        #expect(event.path == "/api/v1/auth/signup")
        #expect(event.clientAddress == "192.0.2.1")
        #expect(event.requestID?.isEmpty == false)
    }

    @Test(
        arguments: [
            (StoreFault.unavailable("locked"), Refusal.databaseUnavailable),
            (.auditUnavailable("full"), .auditUnavailable),
            (.corrupt("row"), .internalError),
        ]
    )
    func `a store that fails is 503, and nothing is made`(fault: StoreFault, refusal: Refusal) async throws {
        let world = try World()
        world.store.fail(with: fault)
        let reply = try await world.send(.signup, World.documented)
        #expect(reply.refusal == refusal)
        #expect(!reply.isFailure)
        #expect(world.store.state.users.isEmpty)
        #expect(world.faults == [.store(fault)])
        world.store.fail(with: nil)
        #expect(try await world.send(.signup, World.documented).status == 201)
    }

    @Test func `a full password queue is accounts_busy`() async throws {
        let world = try World()
        world.worker.fail(with: .busy)
        #expect(try await world.send(.signup, World.documented).refusal == .accountsBusy)
        #expect(world.store.state.users.isEmpty)
    }
}
