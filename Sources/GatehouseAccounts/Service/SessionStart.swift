import GatehouseCore

/// A session in the making: new ids and a new refresh token, whatever the client sent.
struct SessionStart: Sendable {
    /// The session.
    let session: Session
    /// Its first refresh token.
    let credential: RefreshCredential

    init(of user: Identifier, _ call: AccountsCall, lifetimeSeconds: Int64, at now: Int64) {
        self.credential = RefreshCredential()
        self.session = Session(
            id: Identifier(madeAt: now),
            userID: user,
            createdAt: now,
            lastUsedAt: now,
            expiresAt: now + lifetimeSeconds * 1_000_000,
            clientAddress: call.clientAddress,
            userAgent: call.userAgent
        )
    }

    /// What the store keeps of the refresh token.
    var firstToken: RefreshToken {
        RefreshToken(
            hash: self.credential.hash,
            sessionID: self.session.id,
            createdAt: self.session.createdAt,
            expiresAt: self.session.expiresAt
        )
    }
}
