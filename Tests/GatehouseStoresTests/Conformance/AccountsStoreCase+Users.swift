import GatehouseAccounts
import Testing

extension AccountsStoreCase {
    /// What A-20 wants stored to the letter.
    static let battery = [
        "'", "\"", "';--", "'; DROP TABLE users; --", "/*", "*/", "\\", "\\'", "%", "_", "$1", "$2", "?", "?1", ":id",
        "@id", "\u{2BC}", "\u{FFFD}'", "NULL", "x' OR '1'='1", "\u{1F600}", "e\u{301}", "{}", "\n",
    ]

    static let users = [
        AccountsStoreCase("a user is read as it was written, by id, e-mail and username") { store in
            let account = NewAccount.named("ada", fullName: "Ada", organization: "Engines", team: "One")
            let user = try await store.signUp(account)
            #expect(try await store.user(user.id) == user)
            let found = try await store.read { reads throws(StoreFault) in
                [
                    try reads.user(emailKey: "ada@example.com"), try reads.user(usernameKey: "ada"),
                    try reads.user(emailKey: "ada@Example.com"), try reads.user(usernameKey: "ADA"),
                    try reads.user(usernameKey: "ad_"), try reads.user(usernameKey: "ada\u{0}"),
                ]
            }
            #expect(found == [user, user, nil, nil, nil, nil])
            let hash = try await store.read { reads throws(StoreFault) in try reads.passwordHash(of: user.id) }
            #expect(hash == "$argon2id$ada")
        },
        AccountsStoreCase("a user without names has none") { store in
            let user = try await store.signUp(.named("bob"))
            #expect(try await store.user(user.id) == user)
            #expect(try await store.user(Identifier(madeAt: AccountsStoreCase.now)) == nil)
        },
        AccountsStoreCase("a taken e-mail comes before a taken username, and neither writes anything") { store in
            try await store.signUp(.named("ada"))
            await #expect(throws: StoreFault.emailTaken) { try await store.signUp(.named("ada")) }
            var other = NewAccount.named("ada").user
            other.emailKey = "other@example.com"
            other.username = "Ada"
            let account = NewAccount(user: other, passwordHash: "h", teamID: nil)
            await #expect(throws: StoreFault.usernameTaken) { try await store.signUp(account) }
            // The closure may go on after the fault, and what it commits then is all that there is.
            try await store.change { writes throws(StoreFault) in
                do throws(StoreFault) {
                    try writes.insert(account)
                } catch {
                    guard error == .usernameTaken else { throw error }
                }
            }
            let all = try await store.users(after: nil, limit: 10)
            #expect(all.map(\.username) == ["ADA"])
            try await store.change { writes throws(StoreFault) in try writes.deleteUser(all[0].id) }
            try await store.signUp(account)
        },
        AccountsStoreCase("users come in the order of their ids, some at a time") { store in
            var ids: [String] = []
            for name in ["u1", "u2", "u3", "u4", "u5"] { ids.append(try await store.signUp(.named(name)).id.text) }
            ids.sort()
            let first = try await store.users(after: nil, limit: 2)
            let rest = try await store.users(after: first.last?.id, limit: 10)
            #expect(first.count == 2)
            #expect((first + rest).map(\.id.text) == ids)
        },
        AccountsStoreCase("what is changed about a user is that and nothing else") { store in
            let other = try await store.signUp(.named("other"))
            var user = try await store.signUp(.named("ada", fullName: "Ada"))
            let id = user.id
            try await store.change { writes throws(StoreFault) in
                try writes.setFullName(nil, of: id, at: 1)
                try writes.setRoles([.admin, .user], of: id, at: 1)
                try writes.setDisabled(true, of: id, at: 1)
                try writes.setPasswordHash("new", of: id, at: 1)
                try writes.setFullName("nobody", of: Identifier(madeAt: 1), at: 1)
            }
            user.fullName = nil
            user.roles = [.user, .admin]
            user.isDisabled = true
            #expect(try await store.user(id) == user)
            #expect(try await store.user(other.id) == other)
            let hashes = try await store.read { reads throws(StoreFault) in
                [try reads.passwordHash(of: id), try reads.passwordHash(of: other.id)]
            }
            #expect(hashes == ["new", "$argon2id$other"])
        },
        AccountsStoreCase("a deleted user takes sessions and tokens along and frees its names") { store in
            let user = try await store.signUp(.named("ada", organization: "Engines", team: "One"))
            let session = try await store.begin(user.id, token: 1)
            try await store.change { writes throws(StoreFault) in try writes.deleteUser(user.id) }
            let left = try await store.read { reads throws(StoreFault) in
                (try reads.user(user.id), try reads.session(session.id), try reads.passwordHash(of: user.id))
            }
            #expect(left.0 == nil && left.1 == nil && left.2 == nil)
            #expect(try await store.token(1) == nil)
            try await store.signUp(.named("ada"))
        },
        AccountsStoreCase("A-20 texts that look like SQL are stored to the letter in every column") { store in
            for (index, text) in AccountsStoreCase.battery.enumerated() {
                var user = NewAccount.named("u\(index)", fullName: text, organization: text, team: text).user
                user.email = text + user.email
                user.emailKey = text + user.emailKey
                user.username = text + user.username
                user.usernameKey = text + user.usernameKey
                let stored = user
                let account = NewAccount(user: user, passwordHash: text, teamID: Identifier(madeAt: 1))
                try await store.signUp(account)
                let found = try await store.read { reads throws(StoreFault) in
                    (
                        try reads.user(emailKey: stored.emailKey), try reads.user(usernameKey: stored.usernameKey),
                        try reads.user(usernameKey: text), try reads.passwordHash(of: stored.id)
                    )
                }
                #expect(found.0 == stored && found.1 == stored && found.2 == nil && found.3 == text)
            }
            let count = try await store.users(after: nil, limit: 99).count
            #expect(count == AccountsStoreCase.battery.count)
        },
        AccountsStoreCase("A-20 a text with NUL is refused and never cut") { store in
            await #expect(throws: StoreFault.self) { try await store.signUp(.named("ada", fullName: "A\u{0}B")) }
            let all = try await store.users(after: nil, limit: 9)
            #expect(all.isEmpty)
        },
    ]
}
