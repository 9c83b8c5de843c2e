import GatehouseCore

/// What the commands `users ...` do, by the rules of the service and on the same store, also while a gate serves.
///
/// Every change is recorded with the system's account of whoever ran the command. What a command ends is in the table that running
/// processes follow.
package struct AccountsCommands: Sendable {
    private let configuration: AccountsConfiguration
    private let store: any AccountsStore
    private let passwords: any PasswordWorker
    private let actor: AuditEvent.Party
    private let clock: @Sendable () -> Int64

    /// Makes the commands.
    ///
    /// - Parameters:
    ///   - configuration: The same as the service's.
    ///   - store: The same as the service's.
    ///   - passwords: What hashes.
    ///   - account: The system's account of whoever runs the command.
    ///   - clock: The wall clock in microseconds since 1970.
    package init(
        configuration: AccountsConfiguration,
        store: any AccountsStore,
        passwords: any PasswordWorker,
        account: String,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.configuration = configuration
        self.store = store
        self.passwords = passwords
        self.actor = .command(account)
        self.clock = clock
    }

    /// All accounts, in the order in which they were made.
    package func list() async throws(AccountsCommandFault) -> [UserView] {
        var views: [UserView] = []
        while true {
            let last = views.last?.user.id
            let now = self.clock()
            let page = try await self.read { reads throws(StoreFault) in
                var page: [UserView] = []
                for user in try reads.users(after: last, limit: AccountsCommands.page) {
                    page.append(try reads.view(user, at: now))
                }
                return page
            }
            views.append(contentsOf: page)
            guard page.count == AccountsCommands.page else { return views }
        }
    }

    /// The account that an e-mail address, a username or an id names.
    package func show(_ name: String) async throws(AccountsCommandFault) -> UserView {
        let now = self.clock()
        let view: UserView? = try await self.read { reads throws(StoreFault) in
            guard let user = try reads.user(named: name) else { return nil }
            return try reads.view(user, at: now)
        }
        guard let view else { throw .userUnknown }
        return view
    }

    /// Makes an account.
    package func create(
        _ options: UserOptions,
        password: NormalizedPassword
    ) async throws(AccountsCommandFault) -> UserView {
        let role = try AccountsCommands.role(options.role)
        let draft = try options.draft(password: password)
        let judgement: SignupDraft.Judgement
        do throws(PasswordFault) {
            judgement = try await draft.judged(by: self.configuration.passwords, with: self.passwords)
        } catch {
            throw .password(error)
        }
        guard case .accepted(let request) = judgement else {
            throw .refused(option: "the password", judgement.firstFlaw ?? .invalidFormat)
        }
        let now = self.clock()
        let account = request.account(roles: [role], at: now)
        let event = self.event(.userCreate, account.user.id)
        do throws(AccountsCommandFault) {
            return try await self.mutate { writes throws(StoreFault) in
                try writes.insert(account)
                return Mutation(UserView(account.user, failures: .none, now: now), event)
            }
        } catch {
            if error == .store(.emailTaken) || error == .store(.usernameTaken) {
                let attempt = AuditEvent(.userCreate, actor: self.actor, result: .failure)
                try await self.recordOnly(attempt)
            }
            throw error
        }
    }

    /// Disables an account and ends its sessions.
    package func disable(_ name: String) async throws(AccountsCommandFault) -> UserView {
        try await self.change(name, .userDisable, endsSessions: true) { writes, user, now throws(StoreFault) in
            try writes.setDisabled(true, of: user.id, at: now)
        }
    }

    /// Enables an account.
    package func enable(_ name: String) async throws(AccountsCommandFault) -> UserView {
        try await self.change(name, .userEnable) { writes, user, now throws(StoreFault) in
            try writes.setDisabled(false, of: user.id, at: now)
        }
    }

    /// Forgets the failures of logins, so that nobody has to wait.
    package func unlock(_ name: String) async throws(AccountsCommandFault) -> UserView {
        try await self.change(name, .userUnlock) { writes, user, _ throws(StoreFault) in
            try writes.clearLoginFailures(account: LoginFailureKey.account(user.id))
        }
    }

    /// Replaces the roles by one; sessions end, because their tokens hold the former ones.
    package func setRole(_ name: String, _ role: String) async throws(AccountsCommandFault) -> UserView {
        let role = try AccountsCommands.role(role)
        return try await self.change(name, .userSetRole, endsSessions: true) { writes, user, now throws(StoreFault) in
            try writes.setRoles([role], of: user.id, at: now)
        }
    }

    /// Replaces the password and ends the sessions; waiting after failed logins ends as well.
    package func setPassword(
        _ name: String,
        _ password: NormalizedPassword
    ) async throws(AccountsCommandFault) -> UserView {
        let user = try await self.show(name).user
        let judgement: PasswordJudgement
        do throws(PasswordFault) {
            let policy = self.configuration.passwords
            judgement = try await self.passwords.judgeAndHash(password, by: policy, for: PasswordOwner(user))
        } catch {
            throw .password(error)
        }
        let hash: String
        switch judgement {
        case .accepted(let phc): hash = phc
        case .refused(let flaw): throw .refused(option: "the password", flaw)
        }
        return try await self.change(user.id.text, .userSetPassword, endsSessions: true) {
            writes,
            user,
            now throws(StoreFault) in
            try writes.setPasswordHash(hash, of: user.id, at: now)
            try writes.clearLoginFailures(account: LoginFailureKey.account(user.id))
        }
    }

    /// Ends all sessions.
    package func revokeSessions(_ name: String) async throws(AccountsCommandFault) -> UserView {
        try await self.change(name, .userRevokeSessions, endsSessions: true) { _, _, _ throws(StoreFault) in }
    }

    /// Changes the account of a name in one transaction, and returns it as it is then.
    private func change(
        _ name: String,
        _ eventName: AuditEvent.Name,
        endsSessions: Bool = false,
        _ body: @escaping @Sendable (any AccountsWrites, User, Int64) throws(StoreFault) -> Void
    ) async throws(AccountsCommandFault) -> UserView {
        // Looked up before as well: a name that is unknown changes nothing, and is no event.
        let id = try await self.show(name).user.id
        let now = self.clock()
        let event = self.event(eventName, id)
        let configuration = self.configuration
        let view: UserView? = try await self.mutate { writes throws(StoreFault) in
            guard let user = try writes.user(id) else { return Mutation(nil, event.failed) }
            try body(writes, user, now)
            if endsSessions {
                let all = try writes.sessions(of: id).map(\.id)
                _ = try writes.end(SessionEnd(all, subject: id, configuration, now: now))
            }
            return Mutation(try writes.view(of: id, at: now), event)
        }
        guard let view else { throw .userUnknown }
        return view
    }

    private func event(_ name: AuditEvent.Name, _ user: Identifier) -> AuditEvent {
        AuditEvent(name, actor: self.actor, target: .user(user.text))
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (any AccountsReads) throws(StoreFault) -> Value
    ) async throws(AccountsCommandFault) -> Value {
        do throws(StoreFault) {
            return try await self.store.read(body)
        } catch {
            throw .store(error)
        }
    }

    private func mutate<Value: Sendable>(
        _ body: @escaping @Sendable (any AccountsWrites) throws(StoreFault) -> Mutation<Value>
    ) async throws(AccountsCommandFault) -> Value {
        do throws(StoreFault) {
            return try await self.store.mutate(body)
        } catch {
            throw .store(error)
        }
    }

    private func recordOnly(_ event: AuditEvent) async throws(AccountsCommandFault) {
        do throws(StoreFault) {
            try await self.store.recordOnly(event)
        } catch {
            throw .store(error)
        }
    }

    private static func role(_ name: String) throws(AccountsCommandFault) -> Role {
        guard let role = Role(rawValue: name) else { throw .roleUnknown }
        return role
    }

    private static let page = 500
}

extension AuditEvent {
    fileprivate var failed: AuditEvent {
        var event = self
        event.result = .failure
        return event
    }
}

extension AccountsReads {
    /// The user that a person names at the shell.
    fileprivate func user(named name: String) throws(StoreFault) -> User? {
        if let id = Identifier(name) { return try self.user(id) }
        if name.contains("@") {
            guard let email = try? EmailAddress(name) else { return nil }
            return try self.user(emailKey: email.folded)
        }
        guard let username = try? Username(name) else { return nil }
        return try self.user(usernameKey: username.folded)
    }
}
