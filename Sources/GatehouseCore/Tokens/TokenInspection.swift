/// What a verification learned before it ended.
struct TokenReading {
    var header: JSONObject?
    var claims: JSONObject?
    var issuerName: String?
}

/// A token taken apart for a person, whether it would be accepted or not (`token inspect`).
///
/// Header and claims of a refused token are what it says, not what is true.
package struct TokenInspection: Sendable {
    /// Why the token would be refused, or nil if it would be accepted.
    package let flaw: TokenFlaw?
    /// The configured name of the issuer that the token names, if it is one of ours.
    package let issuerName: String?
    /// The protected header, as far as it could be read.
    package let header: JSONObject?
    /// The payload, as far as it could be read.
    package let claims: JSONObject?

    /// The same for a token that was accepted and that its issuer has ended before its time.
    package var revoked: TokenInspection {
        TokenInspection(flaw: .revoked, issuerName: self.issuerName, header: self.header, claims: self.claims)
    }

    /// The document that `token inspect --format json` prints: `{valid, reason, issuer, header, claims}`.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("valid")
            writer.bool(self.flaw == nil)
            writer.name("reason")
            writer.value(self.flaw.map { .string($0.inspectionReason) } ?? .null)
            writer.name("issuer")
            writer.value(self.issuerName.map { .string($0) } ?? .null)
            writer.name("header")
            writer.value(self.header.map { .object($0) } ?? .null)
            writer.name("claims")
            writer.value(self.claims.map { .object($0) } ?? .null)
        }
        return writer.bytes
    }
}

extension TokenVerifier {
    /// Checks a token as `verify` does and tells what it holds, even when it is refused.
    package func inspect(_ token: Span<UInt8>, now: Int64) -> TokenInspection {
        var reading = TokenReading()
        var flaw: TokenFlaw?
        do throws(TokenFlaw) {
            _ = try self.read(token, now: now, into: &reading)
        } catch {
            flaw = error
        }
        return TokenInspection(
            flaw: flaw,
            issuerName: reading.issuerName,
            header: reading.header,
            claims: reading.claims
        )
    }
}

extension TokenFlaw {
    /// The reason as `token inspect` names it: finer ones than the documented set are `malformed`.
    package var inspectionReason: String {
        switch self {
        case .malformed, .tooLarge, .headerNotAllowed, .typeNotAllowed, .malformedClaim: "malformed"
        case .algorithmNotAllowed, .wrongIssuer, .unknownKey, .badSignature, .expired, .notYetValid, .wrongAudience,
            .revoked:
            self.rawValue
        }
    }
}
