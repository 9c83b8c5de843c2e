import GatehouseAccounts
import GatehouseCore
import Testing

/// One thing that every store of accounts must do, whatever database is behind it.
///
/// A case gets an empty store of its own.
struct AccountsStoreCase: Sendable, CustomTestStringConvertible {
    /// What must hold, as a sentence.
    let testDescription: String
    /// Checks it.
    let check: @Sendable (any AccountsStore) async throws -> Void

    init(_ sentence: String, _ check: @escaping @Sendable (any AccountsStore) async throws -> Void) {
        self.testDescription = sentence
        self.check = check
    }

    /// Every case.
    static let all = users + sessions + revocations + loginFailures + transactions

    /// A moment in 2026, in microseconds.
    static let now: Int64 = 1_770_000_000_000_000
}

extension NewAccount {
    /// An account with an e-mail address and a username made of a name in small letters.
    static func named(
        _ name: String,
        fullName: String? = nil,
        organization: String? = nil,
        team: String? = nil
    ) -> NewAccount {
        let now = AccountsStoreCase.now
        let user = User(
            id: Identifier(madeAt: now),
            email: name + "@Example.com",
            emailKey: name + "@example.com",
            username: name.uppercased(),
            usernameKey: name,
            fullName: fullName,
            organizationID: Identifier(madeAt: now),
            organizationName: organization,
            organizationRole: .owner,
            teamName: team,
            roles: [.user],
            isDisabled: false,
            createdAt: now
        )
        return NewAccount(
            user: user,
            passwordHash: "$argon2id$" + name,
            teamID: team == nil ? nil : Identifier(madeAt: now)
        )
    }
}

extension AccountsStore {
    /// Signs an account up, as one transaction.
    @discardableResult
    func signUp(_ account: NewAccount) async throws(StoreFault) -> User {
        try await self.change { writes throws(StoreFault) in try writes.insert(account) }
        return account.user
    }

    /// Runs a closure as one transaction that is recorded somehow.
    func change(
        _ body: @escaping @Sendable (any AccountsWrites) throws(StoreFault) -> Void
    ) async throws(StoreFault) {
        try await self.mutate { writes throws(StoreFault) in
            try body(writes)
            return Mutation((), AuditEvent(.userUpdate, actor: .system))
        }
    }

    /// The user of that id, from a transaction of its own.
    func user(_ id: Identifier) async throws(StoreFault) -> User? {
        try await self.read { reads throws(StoreFault) in try reads.user(id) }
    }

    /// Some users, from a transaction of its own.
    func users(after id: Identifier?, limit: Int) async throws(StoreFault) -> [User] {
        try await self.read { reads throws(StoreFault) in try reads.users(after: id, limit: limit) }
    }

    /// The session of that id, from a transaction of its own.
    func session(_ id: Identifier) async throws(StoreFault) -> Session? {
        try await self.read { reads throws(StoreFault) in try reads.session(id) }
    }

    /// The sessions of a user, from a transaction of its own.
    func sessions(of user: Identifier) async throws(StoreFault) -> [Session] {
        try await self.read { reads throws(StoreFault) in try reads.sessions(of: user) }
    }

    /// Some revocations, from a transaction of its own.
    func revocations(after sequence: Int64, limit: Int) async throws(StoreFault) -> [StoredRevocation] {
        try await self.read { reads throws(StoreFault) in try reads.revocations(after: sequence, limit: limit) }
    }

    /// Begins a session with the token whose digest is 32 times a byte.
    @discardableResult
    func begin(
        _ user: Identifier,
        token byte: UInt8,
        at now: Int64 = AccountsStoreCase.now,
        lifetime: Int64 = 1_000_000
    ) async throws(StoreFault) -> Session {
        let session = Session(
            id: Identifier(madeAt: now),
            userID: user,
            createdAt: now,
            lastUsedAt: now,
            expiresAt: now + lifetime,
            clientAddress: "192.0.2.1",
            userAgent: byte % 2 == 0 ? nil : "curl/8"
        )
        let token = RefreshToken.of(byte, session: session.id, at: now, lifetime: lifetime)
        try await self.change { writes throws(StoreFault) in try writes.insert(session, firstToken: token) }
        return session
    }

    /// The token whose digest is 32 times a byte.
    func token(_ byte: UInt8) async throws(StoreFault) -> RefreshToken? {
        try await self.read { reads throws(StoreFault) in
            try reads.refreshToken(hash: [UInt8](repeating: byte, count: 32))
        }
    }
}

extension RefreshToken {
    /// A token whose digest is 32 times a byte.
    static func of(_ byte: UInt8, session: Identifier, at now: Int64, lifetime: Int64) -> RefreshToken {
        RefreshToken(
            hash: [UInt8](repeating: byte, count: 32),
            sessionID: session,
            createdAt: now,
            expiresAt: now + lifetime
        )
    }
}
