/// The section `accounts`: the embedded accounts service.
package struct AccountsSettings: Sendable {
    /// `database`, or `DATABASE_URL` in its place.
    package let database: Database
    /// `issuer`: the exact `iss` of its tokens, different from every other issuer's.
    ///
    /// It is a URL with `https:`, or in development with `http:` on loopback, without query and fragment.
    package let issuer: String
    /// `audience`: the `aud` of its tokens, at least one.
    package let audience: [String]
    /// What logs and metrics call it: the name of the entry `accounts: true` in `tokens.issuers`, else `accounts`.
    package let issuerName: String
    /// `signing`.
    package let signing: SigningSettings
    /// `access_token_lifetime`, at least a second.
    package let accessTokenLifetime: Duration
    /// `refresh_token_lifetime`, at least a second.
    package let refreshTokenLifetime: Duration
    /// `scopes`: what the tokens of each role carry, in the order of the file; roles are different.
    package let scopes: [(role: String, scopes: [String])]
    /// `passwords`.
    package let passwords: PasswordSettings

    /// Where accounts are kept.
    package enum Database: Sendable, Hashable {
        /// An SQLite file by absolute path, which need not be there yet; its folder is.
        case sqlite(path: String)
    }
}

/// `accounts.signing`: the keys of the embedded service.
package struct SigningSettings: Sendable, Hashable {
    /// `keys`: absolute path of the folder of the keys, which need not be there yet; the folder that holds it is.
    package let keysPath: String
    /// `rotate_every`: how long a key signs.
    package let rotateEvery: Duration
    /// `activate_after`: how long a key is published before it signs.
    package let activateAfter: Duration
}
