/// One login that has not ended: a family of refresh tokens, of which one at a time is good.
///
/// A session that ends is deleted together with its refresh tokens; what was done with it is in the audit log.
package struct Session: Sendable, Equatable {
    /// The id, the claim `sid`.
    package let id: Identifier
    /// Whose session it is.
    package let userID: Identifier
    /// When it began, in microseconds since 1970.
    package let createdAt: Int64
    /// When a token was last given out for it, in microseconds since 1970.
    package var lastUsedAt: Int64
    /// When its newest refresh token expires, in microseconds since 1970; from then on the session is not shown.
    package var expiresAt: Int64
    /// The client's address at the login as text; empty if there was none.
    package let clientAddress: String
    /// `User-Agent` at the login, or nil.
    package let userAgent: String?

    /// Gathers the columns.
    package init(
        id: Identifier,
        userID: Identifier,
        createdAt: Int64,
        lastUsedAt: Int64,
        expiresAt: Int64,
        clientAddress: String,
        userAgent: String?
    ) {
        self.id = id
        self.userID = userID
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
        self.clientAddress = clientAddress
        self.userAgent = userAgent
    }
}
