internal import GatehouseCore

/// What the accounts service gives to the gate: its issuer, its endpoints, and which of its tokens have ended.
struct AccountsParts: Sendable {
    /// The service as an issuer of tokens.
    let issuer: TokenIssuer
    /// What serves the endpoints.
    let port: any AccountsPort
    /// Which sessions and subjects have ended.
    let revocations: Revocations

    /// The rule for the service's tokens, whose issuer comes behind the others.
    func tokens(behind count: Int) -> AccountsTokens {
        AccountsTokens(issuerIndex: count, revocations: self.revocations)
    }
}
