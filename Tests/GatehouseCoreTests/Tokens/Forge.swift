import GatehouseCore
import GatehouseCrypto

/// Builds tokens from the texts of their parts, so that a test can say exactly what is wrong with one.
enum Forge {
    /// The second at which tests take place.
    static let now: Int64 = 1_800_000_000
    /// The issuer that tests trust.
    static let issuer = "https://id.example.com/"
    /// Claims that are accepted.
    static let claims: KeyValuePairs<String, String> = [
        "iss": "\"\(issuer)\"", "sub": "\"alice\"", "aud": "\"orders-api\"", "exp": "\(now + 300)",
    ]

    /// The text of a payload: the accepted claims with some replaced, added, or left out (`nil`).
    static func payload(_ changes: KeyValuePairs<String, String?> = [:]) -> String {
        var members: [(String, String)] = claims.map { ($0.key, $0.value) }
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    /// A compact token of these texts, signed.
    static func token(
        header: String? = nil,
        payload: String = payload(),
        algorithm: SignatureAlgorithm = .es256,
        key: SigningKey? = nil
    ) -> [UInt8] {
        let header = header ?? "{\"alg\":\"\(algorithm.rawValue)\",\"typ\":\"at+jwt\"}"
        let message = Base64URL.encode(Array(header.utf8)) + [0x2E] + Base64URL.encode(Array(payload.utf8))
        return message + [0x2E]
            + Base64URL.encode(signature(message, algorithm, key ?? SigningKeys.key(for: algorithm)))
    }

    /// A token with the signature replaced.
    static func token(_ token: [UInt8], signature: [UInt8]) -> [UInt8] {
        Array(parts(token).prefix(2).joined(separator: [0x2E])) + [0x2E] + Base64URL.encode(signature)
    }

    /// The signature of a token.
    static func signature(of token: [UInt8]) -> [UInt8] {
        parts(token).last.flatMap { Base64URL.decode(Array($0)) } ?? []
    }

    /// What is between the dots.
    static func parts(_ token: [UInt8]) -> [ArraySlice<UInt8>] {
        token.split(separator: 0x2E, omittingEmptySubsequences: false)
    }

    /// A signature, or nothing where the key cannot make one.
    static func signature(_ message: [UInt8], _ algorithm: SignatureAlgorithm, _ key: SigningKey) -> [UInt8] {
        (try? key.sign(message, algorithm: algorithm)) ?? []
    }
}

extension TokenVerifier {
    /// A verifier that trusts one issuer with one key.
    static func trusting(
        _ key: SigningKey = SigningKeys.p256,
        algorithms: [SignatureAlgorithm] = [.es256],
        claimHeaders: [ClaimHeader] = [],
        generation: UInt64 = 1
    ) -> TokenVerifier {
        self.trusting([issuer(key, algorithms)], claimHeaders: claimHeaders, generation: generation)
    }

    /// A verifier that trusts these issuers.
    static func trusting(
        _ issuers: [TokenIssuer],
        claimHeaders: [ClaimHeader] = [],
        generation: UInt64 = 1
    ) -> TokenVerifier {
        TokenVerifier(issuers: issuers, leewaySeconds: 60, claimHeaders: claimHeaders, generation: generation)
    }

    /// The issuer of `Forge` with one key.
    static func issuer(
        _ key: SigningKey,
        _ algorithms: [SignatureAlgorithm],
        name: String = "corporate",
        issuer: String = Forge.issuer
    ) -> TokenIssuer {
        TokenIssuer(
            name: name,
            issuer: issuer,
            audiences: ["orders-api"],
            algorithms: algorithms,
            keys: .single(key.verificationKey)
        )
    }

    /// Why a token is refused, or nil if it is accepted.
    func flaw(_ token: [UInt8], now: Int64 = Forge.now) -> TokenFlaw? {
        do throws(TokenFlaw) {
            _ = try self.verify(token.span, now: now)
            return nil
        } catch {
            return error
        }
    }

    /// The token verified, or nil.
    func accepted(_ token: [UInt8], now: Int64 = Forge.now) -> VerifiedToken? {
        try? self.verify(token.span, now: now)
    }
}
