import GatehouseCore
import Testing

@testable import GatehouseAccounts

@Suite struct MeTests {
    @Test func `the full name is set, taken away and left alone`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let set = try await world.send(.meUpdate, #"{"full_name": "Ada \u00e9"}"#, as: member.token)
        #expect(set.status == 200)
        #expect(set.object?["full_name"] == "Ada é")
        #expect(set.header(.cacheControl) == "no-store")
        #expect(world.store.events.last?.name == .userUpdate)
        let count = world.store.events.count
        #expect(try await world.send(.meUpdate, "{}", as: member.token).object?["full_name"] == "Ada é")
        #expect(world.store.events.count == count)
        let removed = try await world.send(.meUpdate, #"{"full_name": null}"#, as: member.token)
        #expect(removed.object?["full_name"] == JSONValue.null)
    }

    @Test(
        arguments: [
            "role", "roles", "id", "is_admin", "email", "email_verified", "organization_id", "created_at", "__proto__",
        ]
    )
    func `A-18: a field that is nobody's to set is unknown, and nothing is changed`(field: String) async throws {
        let world = try World()
        let member = try await world.signUp()
        let before = world.store.state.users
        let update = try await world.send(
            .meUpdate,
            #"{"full_name": "New Name", "\#(field)": "admin"}"#,
            as: member.token
        )
        #expect(update.problems == ["/\(field) unknown_field"])
        #expect(world.store.state.users == before)
        guard field != "email" else { return }
        let signup = try await world.send(
            .signup,
            #"{"email": "b@company.com", "password": "correct horse battery", "username": "bbb", "\#(field)": true}"#
        )
        #expect(signup.problems == ["/\(field) unknown_field"])
        #expect(world.store.state.users == before)
    }

    @Test func `a deletion needs the password, ends everything and frees the names`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let other = try world.member(try await world.logIn())
        let wrong = try await world.send(.meDelete, #"{"password": "wrong"}"#, as: member.token)
        #expect(wrong.refusal == .credentialsRejected)
        #expect(wrong.isFailure)
        #expect(try await world.send(.meDelete, "{}", as: member.token).problems == ["/password required"])
        let done = try await world.send(.meDelete, #"{"password": "correct horse battery"}"#, as: member.token)
        #expect(done.status == 204)
        #expect(world.revocations.includes(member.token))
        #expect(world.revocations.includes(other.token))
        #expect(world.store.events.last?.name == .userDelete)
        #expect(try await world.send(.me, as: member.token).refusal == .tokenRejected(.revoked))
        let again = try await world.signUp()
        #expect(again.id != member.id)
    }

    @Test func `A-25: a change of password with a wrong current one is 401, and counted`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let body = #"{"current_password": "wrong", "new_password": "another good horse"}"#
        for _ in 0..<64 {
            let reply = try await world.send(.passwordChange, body, as: member.token)
            #expect(reply.refusal == .credentialsRejected)
            #expect(reply.isFailure)
        }
        #expect(try await world.send(.passwordChange, body, as: member.token).refusal == .loginDelayed(seconds: 1))
        #expect(world.store.events.last?.name == .userPasswordChange)
        #expect(world.store.events.last?.result == .denied)
        world.wait(seconds: 1)
        #expect(try await world.logIn().status == 200)
    }

    @Test(arguments: [AccountsEndpoint.passwordChange, .meDelete])
    func `a password that is changed while it is compared proves nothing`(endpoint: AccountsEndpoint) async throws {
        let world = try World()
        let member = try await world.signUp()
        let store = world.store
        world.worker.happens {
            store.edit { state in
                for id in state.users.keys { state.hashes[id] = "$plain$1$other" }
            }
        }
        let body =
            endpoint == .meDelete
            ? #"{"password": "correct horse battery"}"#
            : #"{"current_password": "correct horse battery", "new_password": "another good horse"}"#
        #expect(try await world.send(endpoint, body, as: member.token).refusal == .tokenRejected(.revoked))
        #expect(Array(world.store.state.hashes.values) == ["$plain$1$other"])
        #expect(world.store.events.last?.result == .denied)
    }

    @Test func `a change of password ends the other sessions and keeps this one`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let other = try world.member(try await world.logIn())
        let body = #"{"current_password": "correct horse battery", "new_password": "another good horse"}"#
        #expect(try await world.send(.passwordChange, body, as: member.token).status == 204)
        #expect(!world.revocations.includes(member.token))
        #expect(world.revocations.includes(other.token))
        #expect(try await world.send(.me, as: member.token).status == 200)
        #expect(try await world.logIn().refusal == .credentialsRejected)
        #expect(try await world.logIn("user", "another good horse").status == 200)
    }

    @Test(
        arguments: [
            ("short", "password_too_short"), ("aaaaaaaaaaaa", "password_too_common"),
            ("I am user here, see?", "password_contains_identity"),
            (String(repeating: "ab c", count: 257), "password_too_long"),
            ("tab\\tin the password", "invalid_format"),
        ]
    )
    func `a new password is judged by the policy`(password: String, code: String) async throws {
        let world = try World()
        let member = try await world.signUp()
        let body = #"{"current_password": "correct horse battery", "new_password": "\#(password)"}"#
        let reply = try await world.send(.passwordChange, body, as: member.token)
        #expect(reply.problems == ["/new_password \(code)"])
        #expect(try await world.logIn().status == 200)
    }
}
