import GatehouseCore

extension AccountsService {
    /// Shows the caller's account.
    func me(_ caller: Caller) async throws(Rejection) -> LocalAnswer {
        let now = self.clock()
        let view: UserView? = try await self.read { reads throws(StoreFault) in
            guard let user = try caller.account(reads) else { return nil }
            return try reads.view(user, at: now)
        }
        guard let view else { throw .ended }
        return .json { view.write(to: &$0) }
    }

    /// Changes what the caller may change about the own account.
    func updateMe(_ caller: Caller, _ content: [UInt8]) async throws(Rejection) -> LocalAnswer {
        let request = try UpdateRequest(reading: try BodyReader(caller.call, content))
        let name: String?
        switch request.fullName {
        case .keep: return try await self.me(caller)
        case .remove: name = nil
        case .set(let text): name = text.text
        }
        let now = self.clock()
        let view: UserView? = try await self.mutate { writes throws(StoreFault) in
            guard let user = try caller.account(writes) else {
                return Mutation(nil, caller.event(.userUpdate, .denied, status: 401))
            }
            try writes.setFullName(name, of: user.id, at: now)
            return Mutation(
                try writes.view(of: user.id, at: now),
                caller.event(.userUpdate, .success, status: 200)
            )
        }
        guard let view else { throw .ended }
        return .json { view.write(to: &$0) }
    }

    /// Deletes the caller's account, for who knows its password.
    func deleteMe(_ caller: Caller, _ content: [UInt8]) async throws(Rejection) -> LocalAnswer {
        let request = try DeletionRequest(reading: try BodyReader(caller.call, content))
        let candidate = try await self.provePassword(request.password, of: caller, for: .userDelete)
        let now = self.clock()
        let ended: [Revocations.Entry]? = try await self.mutate { writes throws(StoreFault) in
            guard try caller.account(writes) != nil, try writes.isStill(candidate) else {
                return Mutation(nil, caller.event(.userDelete, .denied, status: 401))
            }
            let all = try writes.sessions(of: caller.user).map(\.id)
            let ended = try writes.end(self.end(all, subject: caller.user, at: now))
            try writes.deleteUser(caller.user)
            return Mutation(ended, caller.event(.userDelete, .success, status: 204))
        }
        guard let ended else { throw .ended }
        self.revocations.insert(ended)
        return .done
    }

    /// Replaces the caller's password, and ends the other sessions.
    func changePassword(_ caller: Caller, _ content: [UInt8]) async throws(Rejection) -> LocalAnswer {
        let policy = self.configuration.passwords
        let request = try PasswordChangeRequest(reading: try BodyReader(caller.call, content), by: policy)
        let candidate = try await self.provePassword(request.current, of: caller, for: .userPasswordChange)
        let hash = try await self.hash(request.new, of: candidate)
        let now = self.clock()
        let ended: [Revocations.Entry]? = try await self.mutate { writes throws(StoreFault) in
            guard try caller.account(writes) != nil, try writes.isStill(candidate) else {
                return Mutation(nil, caller.event(.userPasswordChange, .denied, status: 401))
            }
            try writes.setPasswordHash(hash, of: caller.user, at: now)
            let others = try writes.sessions(of: caller.user).map(\.id).filter { $0 != caller.session }
            let end = self.end(others, subject: caller.session == nil ? nil : caller.user, at: now)
            return Mutation(try writes.end(end), caller.event(.userPasswordChange, .success, status: 204))
        }
        guard let ended else { throw .ended }
        self.revocations.insert(ended)
        return .done
    }

    /// Lets through who knows the caller's password; a wrong one is counted like that of a login.
    private func provePassword(
        _ password: NormalizedPassword,
        of caller: Caller,
        for name: AuditEvent.Name
    ) async throws(Rejection) -> PasswordCandidate {
        let candidate: PasswordCandidate? = try await self.read { reads throws(StoreFault) in
            guard let user = try caller.account(reads) else { return nil }
            return try PasswordCandidate(reads, user, name: user.emailKey, caller.call)
        }
        guard let candidate else { throw .ended }
        guard try await self.check(password, of: candidate).matches else {
            throw try await self.countFailure(candidate, caller.event(name, .denied, status: 401))
        }
        return candidate
    }

    private func hash(
        _ password: NormalizedPassword,
        of candidate: PasswordCandidate
    ) async throws(Rejection) -> String {
        let judgement: PasswordJudgement
        do throws(PasswordFault) {
            judgement = try await self.passwords.judgeAndHash(
                password,
                by: self.configuration.passwords,
                for: PasswordOwner(candidate.user)
            )
        } catch {
            throw self.rejection(error)
        }
        switch judgement {
        case .accepted(let phc): return phc
        case .refused(let flaw): throw .refused(.fieldsInvalid, [FieldProblem(flaw, at: ["new_password"])])
        }
    }
}
