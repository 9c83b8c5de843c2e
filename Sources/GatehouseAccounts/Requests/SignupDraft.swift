import GatehouseCore

/// The body of a signup, read but not judged: some fields may be missing.
struct SignupDraft: Sendable {
    private let email: EmailAddress?
    private let username: Username?
    private let password: NormalizedPassword?
    private let fullName: PersonalText?
    private let organizationName: PersonalText?
    private let teamName: PersonalText?
    private let problems: [FieldProblem]

    init(reading body: consuming BodyReader) {
        self.email = body.required("email", EmailAddress.init)
        self.password = body.required("password") { text in NormalizedPassword(text) }
        self.username = body.required("username") { text throws(FieldFlaw) in try Username(unreserved: text) }
        self.fullName = body.optional("full_name", PersonalText.init)
        self.organizationName = body.optional("organization_name", PersonalText.init)
        self.teamName = body.optional("team_name", PersonalText.init)
        body.refuseUnknown()
        self.problems = body.problems
    }

    /// The draft of a command, whose fields were read from its options.
    init(
        email: EmailAddress,
        username: Username,
        password: NormalizedPassword,
        fullName: PersonalText?,
        organizationName: PersonalText?,
        teamName: PersonalText?
    ) {
        self.email = email
        self.username = username
        self.password = password
        self.fullName = fullName
        self.organizationName = organizationName
        self.teamName = teamName
        self.problems = []
    }

    /// Judges the password as well; only this makes a `SignupRequest`.
    ///
    /// With a flaw elsewhere the password is judged too, so that all flaws are told at once, but not hashed.
    func judged(
        by policy: PasswordPolicy,
        with worker: any PasswordWorker
    ) async throws(PasswordFault) -> Judgement {
        let names = [self.fullName, self.organizationName, self.teamName].compactMap(\.self)
        let owner = PasswordOwner(email: self.email, username: self.username, names: names)
        guard let password = self.password else { return .refused(self.problems) }
        guard self.problems.isEmpty, let email = self.email, let username = self.username else {
            let flaw = try await self.flaw(of: password, policy, owner, worker)
            return .refused(self.problems + [flaw].compactMap(\.self).map { FieldProblem($0, at: ["password"]) })
        }
        switch try await worker.judgeAndHash(password, by: policy, for: owner) {
        case .refused(let flaw):
            return .refused([FieldProblem(flaw, at: ["password"])])
        case .accepted(let phc):
            return .accepted(
                SignupRequest(
                    email: email,
                    username: username,
                    passwordHash: phc,
                    fullName: self.fullName,
                    organizationName: self.organizationName,
                    teamName: self.teamName
                )
            )
        }
    }

    /// The flaw of a password.
    private func flaw(
        of password: NormalizedPassword,
        _ policy: PasswordPolicy,
        _ owner: PasswordOwner,
        _ worker: any PasswordWorker
    ) async throws(PasswordFault) -> FieldFlaw? {
        if let flaw = policy.flawWithoutOwner(of: password) { return flaw }
        let bits = try await worker.strengthBits(of: password, told: owner.words)
        return policy.flaw(of: password, for: owner, strengthBits: bits)
    }

    /// What came of a draft.
    enum Judgement: Sendable {
        case accepted(SignupRequest)
        case refused([FieldProblem])

        /// The first flaw, or nil if there is none.
        var firstFlaw: FieldFlaw? {
            guard case .refused(let problems) = self else { return nil }
            return problems.first.flatMap { FieldFlaw(rawValue: $0.code) }
        }
    }
}

/// A signup without a flaw, its password hashed.
struct SignupRequest: Sendable {
    let email: EmailAddress
    let username: Username
    let passwordHash: String
    let fullName: PersonalText?
    let organizationName: PersonalText?
    let teamName: PersonalText?

    fileprivate init(
        email: EmailAddress,
        username: Username,
        passwordHash: String,
        fullName: PersonalText?,
        organizationName: PersonalText?,
        teamName: PersonalText?
    ) {
        self.email = email
        self.username = username
        self.passwordHash = passwordHash
        self.fullName = fullName
        self.organizationName = organizationName
        self.teamName = teamName
    }

    /// The rows that it makes, at a time in microseconds since 1970.
    func account(roles: [Role], at now: Int64) -> NewAccount {
        let user = User(
            id: Identifier(madeAt: now),
            email: self.email.canonical,
            emailKey: self.email.folded,
            username: self.username.text,
            usernameKey: self.username.folded,
            fullName: self.fullName?.text,
            organizationID: Identifier(madeAt: now),
            organizationName: self.organizationName?.text,
            organizationRole: .owner,
            teamName: self.teamName?.text,
            roles: roles,
            isDisabled: false,
            createdAt: now
        )
        let team = self.teamName.map { _ in Identifier(madeAt: now) }
        return NewAccount(user: user, passwordHash: self.passwordHash, teamID: team)
    }
}
