package import GatehouseCrypto

/// One issuer whose tokens are accepted, with the only keys that may sign for it.
///
/// There is no common pool of keys: the issuer that a token names chooses them (RFC 8725 section 3.8). Immutable.
package struct TokenIssuer: Sendable {
    /// The configured name, for records.
    package let name: String
    /// The exact value of `iss`.
    package let issuer: String
    /// The values of `aud` of which one must be in the token.
    package let audiences: [String]
    /// The algorithms that are let through at all.
    package let algorithms: [SignatureAlgorithm]
    /// Where its keys are.
    package let keys: KeySource

    /// Makes an issuer of parts that configuration has checked.
    package init(
        name: String,
        issuer: String,
        audiences: [String],
        algorithms: [SignatureAlgorithm],
        keys: KeySource
    ) {
        self.name = name
        self.issuer = issuer
        self.audiences = audiences
        self.algorithms = algorithms
        self.keys = keys
    }
}

/// The keys of an issuer.
package enum KeySource: Sendable {
    /// One key without a name: the token's `kid` is ignored.
    case single(VerificationKey)
    /// A key set: the token's `kid` names the key, and an unknown one is refused.
    case set(JWKSet)

    /// Picks the keys that may have signed a token: one as a rule, never more than four.
    ///
    /// Each of them serves the algorithm by its own type, and by the `alg` of its JWK if that has one (RFC 8725 section 3.1).
    /// Throws `unknownKey` or `algorithmNotAllowed`.
    func candidates(keyID: String?, algorithm: SignatureAlgorithm) throws(TokenFlaw) -> [VerificationKey] {
        switch self {
        case .single(let key):
            guard key.supports(algorithm) else { throw .algorithmNotAllowed }
            return [key]
        case .set(let set):
            return try set.candidates(keyID: keyID, algorithm: algorithm)
        }
    }
}
