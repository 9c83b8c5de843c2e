package import GatehouseCore
package import GatehouseCrypto

/// The section `tokens`.
package struct TokenSettings: Sendable {
    /// `leeway`: how far clocks may be apart, for `exp`, `nbf` and `iat`.
    package let leeway: Duration
    /// `sources`: where a token may stand in a request.
    package let sources: [Source]
    /// `forward_token`: whether the app sees the credential.
    package let forwardToken: Bool
    /// `forward_claims`, in the order of the file.
    package let forwardClaims: [ClaimHeader]
    /// `issuers` without the embedded accounts service, in the order of the file.
    ///
    /// Their `issuer` values and secrets are different.
    package let issuers: [IssuerSettings]

    /// A place in a request where a token may stand.
    package enum Source: String, Sendable {
        /// `Authorization: Bearer TOKEN` (RFC 6750 2.1).
        case authorization
    }

    /// One pair of `forward_claims`.
    package struct ClaimHeader: Sendable, Hashable {
        /// The header field that the app gets, a token that no other part of the gate sets.
        package let header: String
        /// The claim: the exact top-level member, else a dotted path.
        package let claim: String
    }
}

/// One entry of `tokens.issuers`.
package struct IssuerSettings: Sendable {
    /// `name`: unique; what logs and metrics say.
    package let name: String
    /// `issuer`: the exact value of the claim `iss`.
    package let issuer: String
    /// `audience`: one of these must be in the claim `aud`; at least one.
    package let audiences: [String]
    /// `algorithms`, resolved: at least one, each fits the keys.
    package let algorithms: [SignatureAlgorithm]
    /// The keys, read and checked.
    package let keys: KeySource
    /// The absolute path of the file the keys come from, or nothing for a literal secret.
    package let keyPath: String?

    /// Where an issuer's keys come from.
    package enum KeySource: Sendable {
        /// One key without a name; the secret is there if this process can sign with it.
        case single(VerificationKey, signingSecret: Secret?)
        /// A JWKS file: keys are found by `kid`.
        case set(JWKSet)
    }
}
