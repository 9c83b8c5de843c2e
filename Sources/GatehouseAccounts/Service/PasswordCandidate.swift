import GatehouseCore

/// Whose password is about to be compared: an account, or none by that name.
struct PasswordCandidate: Sendable {
    /// The account, or nil.
    let user: User?
    /// The PHC string, or nil.
    let hash: String?
    /// How often it failed before.
    let failures: LoginFailures
    /// Where the next failure is counted.
    let key: LoginFailureKey

    init(_ reads: any AccountsReads, _ user: User?, name: String, _ call: AccountsCall) throws(StoreFault) {
        // An account that is not there is asked for all the same, so that both cost as many queries.
        self.hash = try reads.passwordHash(of: user?.id ?? Identifier(madeAt: 0))
        self.key = LoginFailureKey(user: user?.id, name: name, clientAddress: call.clientAddress)
        self.failures = try reads.loginFailures(self.key)
        self.user = user
    }
}

extension AccountsReads {
    /// Whether the account is as it was when the password was read for comparison.
    func isStill(_ candidate: PasswordCandidate) throws(StoreFault) -> Bool {
        guard let id = candidate.user?.id, let user = try self.user(id), !user.isDisabled else { return false }
        return try self.passwordHash(of: id) == candidate.hash
    }
}

extension AccountsService {
    /// Compares a password, after the delay that former failures cost.
    func check(
        _ password: NormalizedPassword,
        of candidate: PasswordCandidate
    ) async throws(Rejection) -> PasswordVerdict {
        if let seconds = LoginThrottle.delay(candidate.failures, for: candidate.key, at: self.clock()) {
            throw .refused(.loginDelayed(seconds: seconds))
        }
        do throws(PasswordFault) {
            return try await self.passwords.verify(password, against: candidate.hash)
        } catch .corruptHash {
            self.reportCorruptHash()
            return .mismatch
        } catch {
            throw self.rejection(error)
        }
    }

    /// Counts and records a wrong password; the rejection is what the client gets.
    func countFailure(_ candidate: PasswordCandidate, _ event: AuditEvent) async throws(Rejection) -> Rejection {
        let key = candidate.key
        let now = self.clock()
        try await self.mutate { writes throws(StoreFault) in
            try writes.countLoginFailure(key, at: now)
            return Mutation((), event)
        }
        return .wrongPassword
    }

    /// A hash with the live parameters; nil if there is no room for it now, as the next login is as good.
    func hashedAnew(_ password: NormalizedPassword) async -> String? {
        do throws(PasswordFault) {
            return try await self.passwords.hash(password)
        } catch {
            return nil
        }
    }
}
