import GatehouseCore

/// Who calls, by a token of ours that the gate has verified.
struct Caller: Sendable {
    /// The call.
    let call: AccountsCall
    /// The claim `sub`.
    let user: Identifier
    /// The claim `sid`; nil for a token that was minted by command.
    let session: Identifier?

    /// Reads the claims; a token of our issuer that names nobody who could have an account is refused.
    init(_ call: AccountsCall) throws(Rejection) {
        guard let token = call.token, let user = token.subject.flatMap(Identifier.init) else {
            throw .refused(.tokenRejected(.malformedClaim))
        }
        if let claim = token.claims["sid"] {
            guard let session = claim.string.flatMap(Identifier.init) else {
                throw .refused(.tokenRejected(.malformedClaim))
            }
            self.session = session
        } else {
            self.session = nil
        }
        self.call = call
        self.user = user
    }

    /// The account, if the token still stands for it: neither disabled nor deleted, and its session has not ended.
    ///
    /// The list of revocations says the same half a second later at most; the store is exact.
    func account(_ reads: any AccountsReads) throws(StoreFault) -> User? {
        guard let user = try reads.user(self.user), !user.isDisabled else { return nil }
        guard let session = self.session else { return user }
        return try reads.session(session)?.userID == self.user ? user : nil
    }

    /// The event of this call.
    func event(
        _ name: AuditEvent.Name,
        _ result: AuditEvent.Result,
        status: Int,
        target: AuditEvent.Party? = nil
    ) -> AuditEvent {
        AuditEvent(
            name,
            self.call,
            actor: .user(self.user.text),
            target: target ?? .user(self.user.text),
            result,
            status: status
        )
    }
}

extension AuditEvent {
    /// The event of a call.
    init(_ name: Name, _ call: AccountsCall, actor: Party, target: Party?, _ result: Result, status: Int) {
        self.init(name, actor: actor, target: target, result: result)
        self.clientAddress = call.clientAddress.isEmpty ? nil : call.clientAddress
        self.requestID = call.requestID
        self.method = call.method
        self.path = call.path
        self.status = status
    }
}
