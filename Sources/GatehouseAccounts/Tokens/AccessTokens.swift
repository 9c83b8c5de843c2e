private import GatehouseCore
private import GatehouseCrypto

/// Makes the access tokens of sessions (RFC 9068).
struct AccessTokens: Sendable {
    private let mint: TokenMint
    private let scopes: [String: [String]]
    /// The life of a token in seconds.
    let lifetimeSeconds: Int64

    init(_ configuration: AccountsConfiguration, _ keys: AccountsKeys) {
        self.mint = TokenMint(
            issuer: configuration.issuer,
            audiences: configuration.audience,
            key: keys.signing,
            algorithm: .es256,
            keyID: keys.keyID
        )
        self.scopes = configuration.scopes
        self.lifetimeSeconds = configuration.accessTokenSeconds
    }

    /// Signs a token for a user's session at a second since 1970; nil only if libcrypto fails.
    func token(for user: User, session: Identifier, now: Int64) -> String? {
        var claims = JSONObject()
        claims["sid"] = .string(session.text)
        claims["email"] = .string(user.email)
        claims["username"] = .string(user.username)
        claims["roles"] = .array(user.roles.map { .string($0.rawValue) })
        claims["org"] = .string(user.organizationID.text)
        claims["org_role"] = .string(user.organizationRole.rawValue)
        let request = TokenMint.Request(
            subject: user.id.text,
            lifetimeSeconds: self.lifetimeSeconds,
            scope: self.scope(of: user.roles),
            claims: claims
        )
        return try? self.mint.mint(request, now: now)
    }

    /// The scopes of all roles together, each once, in the order of roles and configuration; nil if there are none.
    private func scope(of roles: [Role]) -> String? {
        var scopes: [String] = []
        for scope in roles.flatMap({ self.scopes[$0.rawValue] ?? [] }) where !scopes.contains(scope) {
            scopes.append(scope)
        }
        return scopes.isEmpty ? nil : scopes.joined(separator: " ")
    }
}
