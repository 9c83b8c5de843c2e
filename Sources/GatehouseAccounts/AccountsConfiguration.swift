/// What the accounts service is told by the configuration: plain values, checked there.
package struct AccountsConfiguration: Sendable {
    /// The exact `iss` of its tokens: an origin, or a URL below one, without a query.
    package let issuer: String
    /// The values of `aud`, at least one.
    package let audience: [String]
    /// The life of an access token in seconds, at least 1.
    package let accessTokenSeconds: Int64
    /// The life of a refresh token in seconds, at least 1; each rotation begins it anew.
    package let refreshTokenSeconds: Int64
    /// How far the clocks of those who check tokens may be off, in seconds.
    package let leewaySeconds: Int64
    /// The scopes that a role's tokens carry, by the role's name; a role that is not in it has none.
    package let scopes: [String: [String]]
    /// What a new password must be.
    package let passwords: PasswordPolicy

    /// Gathers the settings; the defaults are those of the configuration, and no lifetime is over a hundred years.
    package init(
        issuer: String,
        audience: [String],
        accessTokenSeconds: Int64 = 900,
        refreshTokenSeconds: Int64 = 2_592_000,
        leewaySeconds: Int64 = 60,
        scopes: [String: [String]] = [:],
        passwords: PasswordPolicy = PasswordPolicy()
    ) {
        self.issuer = issuer
        self.audience = audience
        self.accessTokenSeconds = AccountsConfiguration.bounded(accessTokenSeconds)
        self.refreshTokenSeconds = AccountsConfiguration.bounded(refreshTokenSeconds)
        self.leewaySeconds = AccountsConfiguration.bounded(leewaySeconds, least: 0)
        self.scopes = scopes
        self.passwords = passwords
    }

    // So that a time can be added to in microseconds without overflow.
    private static func bounded(_ seconds: Int64, least: Int64 = 1) -> Int64 {
        min(max(seconds, least), 36_525 * 86_400)
    }
}
