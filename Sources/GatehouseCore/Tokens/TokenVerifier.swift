import GatehouseCrypto
internal import Synchronization

/// A token whose signature and claims were checked: the proof that a caller is who the token says.
///
/// Only `TokenVerifier` makes one. Immutable, and shared by every request that carries the same token; it stays valid as long
/// as `isCurrent(at:)` says and the settings that it was verified under are in force.
package final class VerifiedToken: Sendable {
    /// The place of the issuer in the settings.
    package let issuerIndex: Int
    /// The issuer's configured name, for records.
    package let issuerName: String
    /// The claim `sub`; unique only together with the issuer.
    package let subject: String?
    /// The whole payload.
    package let claims: JSONObject
    /// The first second since 1970 at which the token is no longer accepted, leeway included.
    package let expiresAt: Int64
    /// The first second since 1970 at which the token is accepted, leeway included.
    package let notBefore: Int64
    /// The claim `iat` in seconds since 1970; may lie ahead of our clock.
    package let issuedAt: Int64?
    /// The scopes: the claim `scope`, else `scp`.
    package let scopes: [String]
    /// The generation of keys and settings under which the token was verified.
    package let keyGeneration: UInt64
    /// The claim headers for the app, rendered once.
    package let identity: FieldLines
    /// The claim headers that were left out although the claim is there, for records.
    package let omittedHeaders: [String]
    /// Whose quota it takes from: issuer and subject together; nil without a subject.
    package let callerKey: QuotaKey?
    /// The generation of the revocations that last let the token through; 0 for none.
    let revocationsSeen = Atomic<UInt64>(0)

    fileprivate init(
        issuerIndex: Int,
        issuerName: String,
        payload: JSONObject,
        claims: TokenClaims,
        generation: UInt64,
        identity: ClaimHeaderLines
    ) {
        self.issuerIndex = issuerIndex
        self.issuerName = issuerName
        self.subject = claims.subject
        self.claims = payload
        self.expiresAt = claims.expiresAt
        self.notBefore = claims.notBefore
        self.issuedAt = claims.issuedAt
        self.scopes = claims.scopes
        self.keyGeneration = generation
        self.identity = identity.lines
        self.omittedHeaders = identity.omitted
        self.callerKey = claims.subject.map { subject in
            QuotaKey(.caller, digesting: [Array(issuerName.utf8), Array(subject.utf8)])
        }
    }

    /// Whether the token is valid at a second of the wall clock.
    package func isCurrent(at now: Int64) -> Bool {
        now < self.expiresAt && now >= self.notBefore
    }

    /// An estimate of the memory in bytes that the token holds, for bounded caches.
    var heapCount: Int {
        // The object itself: header, words and the allocator's own word.
        let fixed = 192
        let scopes = self.scopes.reduce(heapOverhead + self.scopes.capacity * 16) {
            $0 + GatehouseCore.heapCount(of: $1)
        }
        return fixed + self.claims.heapCount + scopes + heapOverhead + self.identity.bytes.capacity
    }
}

/// Decides whether a bearer token is what an issuer of ours signed for us (RFC 7519, RFC 8725).
///
/// Pure and immutable: no clock, no I/O, shared by all loops. A new one, with another generation, is made when settings or keys
/// change.
package struct TokenVerifier: Sendable {
    /// The issuers in the order of the settings.
    package let issuers: [TokenIssuer]
    /// The generation of keys and settings, which tells cached results of former ones apart.
    package let generation: UInt64
    private let leeway: Int64
    private let headers: ClaimHeaderRenderer
    private let maximumCount: Int

    /// Makes a verifier of what configuration has checked.
    ///
    /// - Parameters:
    ///   - issuers: The issuers; their `issuer` values differ.
    ///   - leewaySeconds: How far our clock and an issuer's may be apart.
    ///   - claimHeaders: The headers to render for the app.
    ///   - maximumCount: The longest token in bytes.
    ///   - generation: A number that no verifier of this process had before.
    package init(
        issuers: [TokenIssuer],
        leewaySeconds: Int64,
        claimHeaders: [ClaimHeader],
        maximumCount: Int = 8192,
        generation: UInt64
    ) {
        self.issuers = issuers
        self.leeway = max(0, leewaySeconds)
        self.headers = ClaimHeaderRenderer(claimHeaders)
        self.maximumCount = maximumCount
        self.generation = generation
    }

    /// Checks a token at a second of the wall clock.
    ///
    /// Costs a signature verification, tens of microseconds; results are worth keeping in a `VerifiedTokenCache`.
    package func verify(_ token: Span<UInt8>, now: Int64) throws(TokenFlaw) -> VerifiedToken {
        var reading = TokenReading()
        return try self.read(token, now: now, into: &reading)
    }

    /// The stages of a verification, cheapest and least trusting first; what each learned is noted in `reading`.
    func read(_ token: Span<UInt8>, now: Int64, into reading: inout TokenReading) throws(TokenFlaw) -> VerifiedToken {
        guard token.count <= self.maximumCount else { throw .tooLarge }
        let compact = try CompactToken(token)
        reading.header = compact.header
        let payload: JSONObject
        do throws(JSONFlaw) {
            payload = try StrictJSON.parseObject(compact.payload)
        } catch {
            throw .malformed
        }
        reading.claims = payload
        let header = try TokenHeader(checking: compact.header)

        // Nothing of the payload is believed yet. Its `iss` only selects whose keys must have signed these very bytes.
        guard let index = self.issuerIndex(payload["iss"]) else { throw .wrongIssuer }
        let issuer = self.issuers[index]
        reading.issuerName = issuer.name
        guard issuer.algorithms.contains(header.algorithm) else { throw .algorithmNotAllowed }
        let keys = try issuer.keys.candidates(keyID: header.keyID, algorithm: header.algorithm)
        guard compact.isSigned(in: token, by: keys, algorithm: header.algorithm) else { throw .badSignature }

        let claims = try TokenClaims(checking: payload, issuer: issuer, leeway: self.leeway, now: now)
        return VerifiedToken(
            issuerIndex: index,
            issuerName: issuer.name,
            payload: payload,
            claims: claims,
            generation: self.generation,
            identity: self.headers.render(payload)
        )
    }

    private func issuerIndex(_ value: JSONValue?) -> Int? {
        guard let name = value?.string else { return nil }
        return self.issuers.firstIndex { sameBytes($0.issuer, name) }
    }
}
