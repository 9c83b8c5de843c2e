import GatehouseCore

extension AccountsService {
    /// Makes an account with an organisation of its own, and logs it in.
    func signUp(_ call: AccountsCall, _ content: [UInt8]) async throws(Rejection) -> LocalAnswer {
        let draft = SignupDraft(reading: try BodyReader(call, content))
        let request = try await self.judge(draft)
        let now = self.clock()
        let account = request.account(roles: [.user], at: now)
        let lifetime = self.configuration.refreshTokenSeconds
        let start = SessionStart(of: account.user.id, call, lifetimeSeconds: lifetime, at: now)
        let key = LoginFailureKey(user: account.user.id, name: "", clientAddress: call.clientAddress)
        let target = AuditEvent.Party.user(account.user.id.text)
        let event = AuditEvent(.userSignup, call, actor: .anonymous, target: target, .success, status: 201)
        do throws(StoreFault) {
            try await self.store.mutate { writes throws(StoreFault) in
                try writes.insert(account)
                try writes.insert(start.session, firstToken: start.firstToken)
                try writes.countLoginSuccess(key, at: now)
                return Mutation((), event)
            }
        } catch {
            throw await self.signupRejection(error, call)
        }
        let view = UserView(account.user, failures: .none, now: now)
        return try self.tokenAnswer(
            view,
            start.session.id,
            start.credential,
            at: now,
            status: 201,
            location: AccountsEndpoint.me.path
        )
    }

    private func judge(_ draft: SignupDraft) async throws(Rejection) -> SignupRequest {
        let judgement: SignupDraft.Judgement
        do throws(PasswordFault) {
            judgement = try await draft.judged(by: self.configuration.passwords, with: self.passwords)
        } catch {
            throw self.rejection(error)
        }
        switch judgement {
        case .accepted(let request): return request
        case .refused(let problems): throw .refused(.fieldsInvalid, problems)
        }
    }

    /// A taken name is an attempt that is recorded; of whom, the record does not say.
    private func signupRejection(_ fault: StoreFault, _ call: AccountsCall) async -> Rejection {
        guard fault == .emailTaken || fault == .usernameTaken else { return self.rejection(fault) }
        let event = AuditEvent(.userSignup, call, actor: .anonymous, target: nil, .failure, status: 409)
        do throws(Rejection) {
            try await self.recordOnly(event)
            return self.rejection(fault)
        } catch {
            return error
        }
    }

    /// The answer to signup, login and refresh: the tokens of a session.
    func tokenAnswer(
        _ view: UserView,
        _ session: Identifier,
        _ credential: RefreshCredential,
        at now: Int64,
        status: Int = 200,
        location: String? = nil
    ) throws(Rejection) -> LocalAnswer {
        guard let token = self.tokens.token(for: view.user, session: session, now: now / 1_000_000) else {
            throw .refused(.internalError)
        }
        return .json(status, location: location) { writer in
            writer.object { object in
                object.member("access_token", token)
                object.member("token_type", "Bearer")
                object.name("expires_in")
                object.integer(self.tokens.lifetimeSeconds)
                object.member("refresh_token", credential.text)
                object.name("user")
                view.write(to: &object)
            }
        }
    }
}
