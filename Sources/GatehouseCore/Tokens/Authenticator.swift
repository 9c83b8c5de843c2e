/// The stage that finds out who is calling: takes the bearer token from the head and has it verified (RFC 6750 section 2.1).
///
/// Immutable; shared by all loops, each of which passes its own cache.
package struct Authenticator: Sendable {
    /// What decides about tokens that no cache knows.
    package let verifier: TokenVerifier

    /// The tokens of the accounts service, or nil if there is none.
    package let accounts: AccountsTokens?

    /// Makes the stage.
    package init(verifier: TokenVerifier, accounts: AccountsTokens? = nil) {
        self.verifier = verifier
        self.accounts = accounts
    }

    /// Takes the one credential of the request and verifies it, at a second of the wall clock.
    ///
    /// Throws `tokenMissing` if there is no bearer credential, `credentialsRepeated` if there are two, equal ones too, and
    /// `tokenRejected` with the reason if the token is refused. The record learns of claim headers that had to be left out.
    package func authenticate(
        _ head: RequestHead,
        cache: VerifiedTokenCache,
        now: Int64,
        record: inout AccessRecord
    ) throws(Refusal) -> VerifiedToken {
        guard head.present.contains(.authorization) else { throw .tokenMissing }
        var value: Range<Int>?
        for field in head.fields where field.name == .authorization {
            guard value == nil else { throw .credentialsRepeated }
            value = field.valueRange
        }
        let bytes = head.bytes
        guard let value, value.upperBound <= bytes.count else { throw .tokenMissing }
        let range = try Authenticator.token(bytes, value)
        let token = bytes.span.extracting(range)
        // Whatever the cache knows byte for byte was one whole token when it was verified.
        if let known = cache.find(token, now: now, generation: self.verifier.generation) {
            try self.accounts?.refuseEnded(known)
            return known
        }
        try Authenticator.checkSingle(bytes, range)
        let verified: VerifiedToken
        do throws(TokenFlaw) {
            verified = try self.verifier.verify(token, now: now)
        } catch {
            throw .tokenRejected(error)
        }
        try self.accounts?.refuseEnded(verified)
        cache.insert(token, verified)
        record.omittedClaimHeaders = verified.omittedHeaders.count
        return verified
    }

    /// Whether the value of a field is a credential of the scheme Bearer, however malformed.
    package static func isBearer(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let range = range.clamped(to: 0..<bytes.count)
        guard range.count >= self.schemeCount else { return false }
        let start = range.lowerBound
        // Spelled out, for this runs on every request: only a letter's two cases become the letter under `| 0x20`.
        guard bytes[start] | 0x20 == 0x62, bytes[start + 1] | 0x20 == 0x65, bytes[start + 2] | 0x20 == 0x61,
            bytes[start + 3] | 0x20 == 0x72, bytes[start + 4] | 0x20 == 0x65, bytes[start + 5] | 0x20 == 0x72
        else { return false }
        let end = start + self.schemeCount
        return end == range.upperBound || !self.isTokenByte(bytes[end])
    }

    /// The place of what follows `Bearer`: the scheme in any case, one or more spaces, the token (RFC 9110 section 11.4).
    private static func token(_ bytes: [UInt8], _ value: Range<Int>) throws(Refusal) -> Range<Int> {
        guard self.isBearer(bytes, value) else { throw .tokenMissing }
        var start = value.lowerBound + self.schemeCount
        guard start < value.upperBound, bytes[start] == 0x20 else { throw .tokenRejected(.malformed) }
        while start < value.upperBound, bytes[start] == 0x20 {
            start += 1
        }
        guard start < value.upperBound else { throw .tokenRejected(.malformed) }
        return start..<value.upperBound
    }

    /// Refuses white space and commas, which no token has, and tells a second credential from junk.
    private static func checkSingle(_ bytes: [UInt8], _ range: Range<Int>) throws(Refusal) {
        for index in range where bytes[index] <= 0x20 || bytes[index] == 0x2C {
            if self.beginsCredential(bytes, index..<range.upperBound) { throw .credentialsRepeated }
            throw .tokenRejected(.malformed)
        }
    }

    /// Whether a rest such as `, Bearer b` is a second credential: commas and white space, a scheme, a space, something.
    private static func beginsCredential(_ bytes: [UInt8], _ rest: Range<Int>) -> Bool {
        var hasComma = false
        var index = rest.lowerBound
        while index < rest.upperBound, bytes[index] == 0x20 || bytes[index] == 0x09 || bytes[index] == 0x2C {
            hasComma = hasComma || bytes[index] == 0x2C
            index += 1
        }
        let scheme = index
        while index < rest.upperBound, self.isTokenByte(bytes[index]) {
            index += 1
        }
        return hasComma && index > scheme && index + 1 < rest.upperBound && bytes[index] == 0x20
    }

    /// The bytes of a `token` (RFC 9110 section 5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    private static let schemeCount = 6
}

/// What is special about the tokens that the accounts service issues: it may end them before they expire.
package struct AccountsTokens: Sendable {
    /// The place of the service among the verifier's issuers.
    package let issuerIndex: Int
    /// Which sessions and subjects have ended.
    package let revocations: Revocations

    /// Makes the rule.
    package init(issuerIndex: Int, revocations: Revocations) {
        self.issuerIndex = issuerIndex
        self.revocations = revocations
    }

    /// Whether the service issued the token.
    package func issued(_ token: VerifiedToken) -> Bool {
        token.issuerIndex == self.issuerIndex
    }

    fileprivate func refuseEnded(_ token: VerifiedToken) throws(Refusal) {
        if self.issued(token), self.revocations.includes(token) { throw .tokenRejected(.revoked) }
    }
}
