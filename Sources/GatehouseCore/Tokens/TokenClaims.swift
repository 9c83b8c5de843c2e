/// The registered claims of a token whose signature was checked, read and compared with the clock (RFC 7519 section 4.1).
struct TokenClaims {
    /// The subject, if there is one.
    let subject: String?
    /// The first second at which the token is no longer accepted, leeway included.
    let expiresAt: Int64
    /// The first second at which it is accepted, leeway included.
    let notBefore: Int64
    /// When it was issued, if it says so; a time to come is not refused.
    let issuedAt: Int64?
    /// The scopes in order.
    let scopes: [String]

    /// Checks the claims against the issuer that signed them and the clock.
    ///
    /// Throws `malformedClaim`, `expired`, `notYetValid` or `wrongAudience`, in this order.
    init(checking claims: JSONObject, issuer: TokenIssuer, leeway: Int64, now: Int64) throws(TokenFlaw) {
        guard let expiry = try TokenClaims.time(claims, "exp") else { throw .malformedClaim }
        let start = try TokenClaims.time(claims, "nbf")
        // A token that is never valid is a mistake of the issuer; leeway must not make it valid for a moment.
        if let start, expiry < start { throw .malformedClaim }
        self.issuedAt = try TokenClaims.time(claims, "iat")
        self.subject = try TokenClaims.subject(claims)
        self.expiresAt = expiry.addingClamped(leeway)
        self.notBefore = start?.addingClamped(-leeway) ?? .min
        self.scopes = TokenClaims.scopes(claims)
        guard now < self.expiresAt else { throw .expired }
        guard now >= self.notBefore else { throw .notYetValid }
        guard TokenClaims.isMeant(claims["aud"], for: issuer.audiences) else { throw .wrongAudience }
    }

    private static func time(_ claims: JSONObject, _ name: String) throws(TokenFlaw) -> Int64? {
        guard let value = claims[name] else { return nil }
        guard let seconds = value.number?.seconds else { throw .malformedClaim }
        return seconds
    }

    private static func subject(_ claims: JSONObject) throws(TokenFlaw) -> String? {
        guard let value = claims["sub"] else { return nil }
        guard let text = value.string else { throw .malformedClaim }
        return text
    }

    /// Whether `aud` is one of ours, or an array of strings that holds one (RFC 7519 section 4.1.3).
    private static func isMeant(_ audience: JSONValue?, for ours: [String]) -> Bool {
        switch audience {
        case .string(let text):
            return ours.contains { sameBytes($0, text) }
        case .array(let items):
            let texts = items.compactMap(\.string)
            return texts.count == items.count && texts.contains { text in ours.contains { sameBytes($0, text) } }
        default:
            return false
        }
    }

    /// The claim `scope`, else `scp`: a string separated by spaces, or an array of strings.
    private static func scopes(_ claims: JSONObject) -> [String] {
        switch claims["scope"] ?? claims["scp"] {
        case .string(let text): text.utf8.split(separator: 0x20).compactMap { String($0) }
        case .array(let items): items.compactMap(\.string)
        default: []
        }
    }
}

extension Int64 {
    /// The sum, or the nearest number that there is.
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = self.addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
