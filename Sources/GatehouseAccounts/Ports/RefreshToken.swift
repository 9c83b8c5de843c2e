/// What the store knows of a refresh token: never the token itself.
package struct RefreshToken: Sendable, Equatable {
    /// The SHA-256 digest of the token's 32 bytes; unique.
    package let hash: [UInt8]
    /// The session that it continues.
    package let sessionID: Identifier
    /// When it was made, in microseconds since 1970.
    package let createdAt: Int64
    /// The first microsecond since 1970 at which it is refused.
    package let expiresAt: Int64
    /// When it was first exchanged for its child, in microseconds since 1970; nil while it is the session's newest.
    package let usedAt: Int64?

    /// Gathers the columns.
    package init(hash: [UInt8], sessionID: Identifier, createdAt: Int64, expiresAt: Int64, usedAt: Int64? = nil) {
        self.hash = hash
        self.sessionID = sessionID
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }
}
