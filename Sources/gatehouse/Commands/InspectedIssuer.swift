internal import GatehouseAccounts
internal import GatehouseConfig
internal import GatehouseCore
internal import GatehouseCrypto

/// What `token inspect` says about an issuer that the gate trusts.
struct InspectedIssuer {
    /// Its configured name.
    let name: String
    /// The exact `iss`.
    let issuer: String
    let audiences: [String]
    let algorithms: [SignatureAlgorithm]
    /// The names of the keys in its set, or nil for one key without a name.
    let keyNames: [String]?

    init(_ issuer: IssuerSettings) {
        self.name = issuer.name
        self.issuer = issuer.issuer
        self.audiences = issuer.audiences
        self.algorithms = issuer.algorithms
        switch issuer.keys {
        case .single: self.keyNames = nil
        case .set(let set): self.keyNames = Self.names(set)
        }
    }

    /// The accounts service.
    init(_ accounts: OpenAccounts) {
        self.name = accounts.settings.issuerName
        self.issuer = accounts.settings.issuer
        self.audiences = accounts.settings.audience
        self.algorithms = accounts.issuer.algorithms
        self.keyNames = Self.names(accounts.keys.publicSet)
    }

    private static func names(_ set: JWKSet) -> [String] {
        set.keys.compactMap(\.keyID).map { String(decoding: $0, as: UTF8.self) }
    }
}
