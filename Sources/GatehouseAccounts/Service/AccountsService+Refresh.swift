import GatehouseCore

extension AccountsService {
    /// Exchanges a refresh token for its child and a new access token (RFC 9700 section 4.14.2).
    ///
    /// A token that was exchanged before shows that somebody else has a copy, so it ends the session; unless it is the direct parent of
    /// the newest one and comes within 10 seconds, when the client merely lost the answer, and gets the same again.
    func refresh(_ call: AccountsCall, _ content: [UInt8]) async throws(Rejection) -> LocalAnswer {
        let request = try RefreshRequest(reading: try BodyReader(call, content))
        guard let parent = RefreshCredential(request.token) else { throw .wrongRefreshToken }
        guard let child = parent.child(self.keys) else { throw .refused(.internalError) }
        let isKnown = try await self.read { reads throws(StoreFault) in
            try reads.refreshToken(hash: parent.hash) != nil
        }
        guard isKnown else {
            // Nobody guesses 256 bits: this one has ended, or never was. No lock of the database is taken for that.
            try await self.recordOnly(
                AuditEvent(.tokenRefresh, call, actor: .anonymous, target: nil, .denied, status: 401)
            )
            throw .wrongRefreshToken
        }
        let now = self.clock()
        let rotation = Rotation(
            parent: parent.hash,
            child: child.hash,
            now: now,
            lifetimeSeconds: self.configuration.refreshTokenSeconds
        )
        let outcome = try await self.mutate { writes throws(StoreFault) in
            try self.rotate(rotation, writes, call)
        }
        switch outcome {
        case .rotated(let view, let session):
            return try self.tokenAnswer(view, session, child, at: now)
        case .refused(let ended):
            self.revocations.insert(ended)
            throw .wrongRefreshToken
        }
    }

    private func rotate(
        _ rotation: Rotation,
        _ writes: any AccountsWrites,
        _ call: AccountsCall
    ) throws(StoreFault) -> Mutation<RotationOutcome> {
        guard let token = try writes.refreshToken(hash: rotation.parent),
            let session = try writes.session(token.sessionID),
            let view = try writes.view(of: session.userID, at: rotation.now)
        else {
            return Mutation(
                .refused([]),
                AuditEvent(.tokenRefresh, call, actor: .anonymous, target: nil, .denied, status: 401)
            )
        }
        let user = AuditEvent.Party.user(session.userID.text)
        let target = AuditEvent.Party(type: "session", id: session.id.text)
        let denied = AuditEvent(.tokenRefresh, call, actor: .anonymous, target: target, .denied, status: 401)
        guard !view.user.isDisabled, token.expiresAt > rotation.now else { return Mutation(.refused([]), denied) }
        if let usedAt = token.usedAt {
            guard try writes.isLostAnswer(rotation, usedAt: usedAt) else {
                return Mutation(.refused(try writes.end(self.end([session.id], at: rotation.now))), denied)
            }
        } else {
            try writes.rotate(rotation.parent, to: rotation.childToken(of: session.id))
        }
        return Mutation(
            .rotated(view, session.id),
            AuditEvent(.tokenRefresh, call, actor: user, target: target, .success, status: 200)
        )
    }
}

/// An exchange that is asked for.
private struct Rotation: Sendable {
    let parent: [UInt8]
    let child: [UInt8]
    /// The wall clock in microseconds since 1970.
    let now: Int64
    let lifetimeSeconds: Int64

    func childToken(of session: Identifier) -> RefreshToken {
        RefreshToken(
            hash: self.child,
            sessionID: session,
            createdAt: self.now,
            expiresAt: self.now + self.lifetimeSeconds * 1_000_000
        )
    }

    /// For how long the direct parent gets the same child again, in microseconds.
    static let grace: Int64 = 10_000_000
}

/// What came of an exchange.
private enum RotationOutcome: Sendable {
    case rotated(UserView, Identifier)
    case refused([Revocations.Entry])
}

extension AccountsReads {
    /// Whether a token that was exchanged before is the direct parent of the newest one, and comes soon enough.
    fileprivate func isLostAnswer(_ rotation: Rotation, usedAt: Int64) throws(StoreFault) -> Bool {
        guard usedAt >= rotation.now - Rotation.grace else { return false }
        guard let child = try self.refreshToken(hash: rotation.child) else { return false }
        return child.usedAt == nil
    }
}
