import GatehouseCore

@testable import GatehouseAccounts

/// The tables of an accounts store, as values: a transaction works on a copy.
struct MemoryState: Sendable {
    var users: [Identifier: User] = [:]
    var hashes: [Identifier: String] = [:]
    var teams: Set<Identifier> = []
    var sessions: [Identifier: Session] = [:]
    var tokens: [[UInt8]: RefreshToken] = [:]
    var revocations: [StoredRevocation] = []
    var sequence: Int64 = 0
    var pairs: [LoginFailureKey: Counter] = [:]
    var accounts: [[UInt8]: Counter] = [:]
    var known: Set<LoginFailureKey> = []

    struct Counter: Sendable {
        var count = 0
        var last: Int64 = 0

        mutating func add(at now: Int64) {
            self.count += 1
            self.last = now
        }
    }
}

/// The view that a transaction gets; it counts what it is asked, so that the work can be compared.
final class MemoryTransaction: AccountsWrites {
    var state: MemoryState
    var operations: [String] = []

    init(_ state: MemoryState) {
        self.state = state
    }

    func user(_ id: Identifier) -> User? {
        self.operations.append("user by id")
        return self.state.users[id]
    }

    func user(emailKey: String) -> User? {
        self.operations.append("user by name")
        return self.state.users.values.first { $0.emailKey == emailKey }
    }

    func user(usernameKey: String) -> User? {
        self.operations.append("user by name")
        return self.state.users.values.first { $0.usernameKey == usernameKey }
    }

    func users(after id: Identifier?, limit: Int) -> [User] {
        let all = self.state.users.values.sorted { $0.id.text < $1.id.text }
        return Array(all.filter { $0.id.text > id?.text ?? "" }.prefix(limit))
    }

    func passwordHash(of user: Identifier) -> String? {
        self.operations.append("password hash")
        return self.state.hashes[user]
    }

    func session(_ id: Identifier) -> Session? {
        self.state.sessions[id]
    }

    func sessions(of user: Identifier) -> [Session] {
        self.state.sessions.values.filter { $0.userID == user }.sorted { $0.id.text < $1.id.text }
    }

    func refreshToken(hash: [UInt8]) -> RefreshToken? {
        self.state.tokens[hash]
    }

    func revocations(after sequence: Int64, limit: Int) -> [StoredRevocation] {
        Array(self.state.revocations.filter { $0.sequence > sequence }.prefix(limit))
    }

    func loginFailures(_ key: LoginFailureKey) -> LoginFailures {
        self.operations.append("login failures")
        let pair = self.state.pairs[key] ?? MemoryState.Counter()
        let account = self.state.accounts[key.account] ?? MemoryState.Counter()
        return LoginFailures(
            fromAddress: pair.count,
            lastFromAddress: pair.last,
            overall: account.count,
            lastOverall: account.last,
            isAddressKnown: self.state.known.contains(key)
        )
    }

    func insert(_ account: NewAccount) throws(StoreFault) {
        let others = self.state.users.values
        guard !others.contains(where: { $0.emailKey == account.user.emailKey }) else { throw .emailTaken }
        guard !others.contains(where: { $0.usernameKey == account.user.usernameKey }) else { throw .usernameTaken }
        self.state.users[account.user.id] = account.user
        self.state.hashes[account.user.id] = account.passwordHash
        if let team = account.teamID { self.state.teams.insert(team) }
    }

    func setFullName(_ name: String?, of user: Identifier, at now: Int64) {
        self.state.users[user]?.fullName = name
    }

    func setPasswordHash(_ hash: String, of user: Identifier, at now: Int64) {
        if self.state.users[user] != nil { self.state.hashes[user] = hash }
    }

    func setRoles(_ roles: [Role], of user: Identifier, at now: Int64) {
        self.state.users[user]?.roles = roles
    }

    func setDisabled(_ isDisabled: Bool, of user: Identifier, at now: Int64) {
        self.state.users[user]?.isDisabled = isDisabled
    }

    func deleteUser(_ id: Identifier) {
        self.sessions(of: id).forEach { self.deleteSession($0.id) }
        self.state.users[id] = nil
        self.state.hashes[id] = nil
    }

    func insert(_ session: Session, firstToken: RefreshToken) {
        self.state.sessions[session.id] = session
        self.state.tokens[firstToken.hash] = firstToken
    }

    func rotate(_ parentHash: [UInt8], to child: RefreshToken) {
        guard let parent = self.state.tokens[parentHash] else { return }
        self.state.tokens[parentHash] = RefreshToken(
            hash: parent.hash,
            sessionID: parent.sessionID,
            createdAt: parent.createdAt,
            expiresAt: parent.expiresAt,
            usedAt: child.createdAt
        )
        self.state.tokens[child.hash] = child
        self.state.sessions[child.sessionID]?.lastUsedAt = child.createdAt
        self.state.sessions[child.sessionID]?.expiresAt = child.expiresAt
    }

    func deleteSession(_ id: Identifier) {
        self.state.sessions[id] = nil
        self.state.tokens = self.state.tokens.filter { $0.value.sessionID != id }
    }

    func insert(_ revocations: [Revocations.Entry], at now: Int64) {
        for entry in revocations {
            self.state.sequence += 1
            self.state.revocations.append(StoredRevocation(sequence: self.state.sequence, entry: entry))
        }
    }

    func countLoginFailure(_ key: LoginFailureKey, at now: Int64) {
        self.operations.append("count failure")
        self.state.pairs[key, default: MemoryState.Counter()].add(at: now)
        self.state.accounts[key.account, default: MemoryState.Counter()].add(at: now)
    }

    func countLoginSuccess(_ key: LoginFailureKey, at now: Int64) {
        self.clearLoginFailures(account: key.account)
        self.state.known.insert(key)
    }

    func clearLoginFailures(account: [UInt8]) {
        self.state.accounts[account] = nil
        self.state.pairs = self.state.pairs.filter { $0.key.account != account }
    }
}
