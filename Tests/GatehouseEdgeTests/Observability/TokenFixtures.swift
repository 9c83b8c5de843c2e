import GatehouseCore
import GatehouseCrypto

/// Tokens that were really verified, since nothing else can make one.
enum TokenFixtures {
    /// A token of issuer 0, `corporate`, for a subject given as a JSON string.
    static func verified(subject: String) throws -> VerifiedToken {
        let key = try SigningKey.generateES256()
        let header = #"{"alg":"ES256"}"#
        let payload = #"{"iss":"https://id.example.com/","aud":"api","exp":2000000000,"sub":\#(subject)}"#
        var token = Base64URL.encode(Array(header.utf8)) + [0x2E] + Base64URL.encode(Array(payload.utf8))
        token += [0x2E] + Base64URL.encode(try key.sign(token, algorithm: .es256))
        let issuer = TokenIssuer(
            name: "corporate",
            issuer: "https://id.example.com/",
            audiences: ["api"],
            algorithms: [.es256],
            keys: .single(key.verificationKey)
        )
        let verifier = TokenVerifier(issuers: [issuer], leewaySeconds: 60, claimHeaders: [], generation: 1)
        return try verifier.verify(token.span, now: 1_700_000_000)
    }
}
