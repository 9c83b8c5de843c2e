import GatehouseCore

extension AccountsService {
    /// Begins a session for whoever knows the password.
    ///
    /// Whether the account is unknown, the password wrong or the account disabled: the same work is done, the same is recorded and the
    /// same is answered.
    func logIn(_ call: AccountsCall, _ content: [UInt8]) async throws(Rejection) -> LocalAnswer {
        let request = try LoginRequest(reading: try BodyReader(call, content))
        let candidate = try await self.read { reads throws(StoreFault) in
            let user = try reads.user(named: request.name)
            return try PasswordCandidate(reads, user, name: request.name.folded, call)
        }
        let verdict = try await self.check(request.password, of: candidate)
        guard verdict.matches, let user = candidate.user, !user.isDisabled else {
            let target = candidate.user.map { AuditEvent.Party.user($0.id.text) }
            throw try await self.countFailure(
                candidate,
                AuditEvent(.userLogin, call, actor: .anonymous, target: target, .denied, status: 401)
            )
        }
        let rehash = verdict.needsRehash ? await self.hashedAnew(request.password) : nil
        return try await self.begin(of: user, candidate, call, rehash: rehash)
    }

    /// Begins the session, unless the account was changed while the password was compared.
    private func begin(
        of user: User,
        _ candidate: PasswordCandidate,
        _ call: AccountsCall,
        rehash: String?
    ) async throws(Rejection) -> LocalAnswer {
        let now = self.clock()
        let lifetime = self.configuration.refreshTokenSeconds
        let start = SessionStart(of: user.id, call, lifetimeSeconds: lifetime, at: now)
        let party = AuditEvent.Party.user(user.id.text)
        let begun: (view: UserView, ended: [Revocations.Entry])? = try await self.mutate { writes throws(StoreFault) in
            guard try writes.isStill(candidate) else {
                return Mutation(
                    nil,
                    AuditEvent(.userLogin, call, actor: .anonymous, target: party, .denied, status: 401)
                )
            }
            try writes.countLoginSuccess(candidate.key, at: now)
            if let rehash { try writes.setPasswordHash(rehash, of: user.id, at: now) }
            let oldest = try writes.sessions(of: user.id).sorted { $0.lastUsedAt < $1.lastUsedAt }
                .dropLast(AccountsService.maximumSessions - 1)
            let ended = try writes.end(self.end(oldest.map(\.id), at: now))
            try writes.insert(start.session, firstToken: start.firstToken)
            guard let view = try writes.view(of: user.id, at: now) else {
                throw .corrupt("a user that was read is gone")
            }
            return Mutation(
                (view, ended),
                AuditEvent(.userLogin, call, actor: party, target: party, .success, status: 200)
            )
        }
        guard let begun else { throw .wrongPassword }
        self.revocations.insert(begun.ended)
        return try self.tokenAnswer(begun.view, start.session.id, start.credential, at: now)
    }

    /// How many sessions an account may have; the one that was not used for the longest time ends for a new one.
    static let maximumSessions = 100
}

extension AccountsReads {
    /// The user that a login names, if there is one.
    fileprivate func user(named name: LoginRequest.Name) throws(StoreFault) -> User? {
        switch name {
        case .email(let email): try self.user(emailKey: email.folded)
        case .username(let username): try self.user(usernameKey: username.folded)
        // One query, as for every other name, so that the time is the same.
        case .nobody: try self.user(usernameKey: "")
        }
    }
}
