internal import GatehouseCore
internal import GatehouseCrypto

extension InspectionReport {
    /// Why the token is refused, in plain words, and what to do about it.
    func explanation(of flaw: TokenFlaw) -> [String] {
        switch flaw {
        case .malformed: self.malformed
        case .tooLarge: ["It has \(self.count) bytes; the gate reads no token of more than 8192."]
        case .algorithmNotAllowed: self.algorithm
        case .headerNotAllowed: self.header
        case .typeNotAllowed: ["The header's `typ` is \(self.member("typ")); only JWT and at+jwt are access tokens."]
        case .wrongIssuer: self.wrongIssuer
        case .unknownKey: self.unknownKey
        case .badSignature:
            [
                "It was not signed with the key of `\(self.issuer?.name ?? "")`, or it was changed after that.",
                "Compare the key or secret there with the issuer's, byte for byte; a secret may have a newline too many.",
            ]
        case .expired: self.expired
        case .notYetValid: self.notYetValid
        case .wrongAudience: self.wrongAudience
        case .malformedClaim: self.malformedClaim
        case .revoked:
            [
                "Its session was ended before its time: by a logout, a change of the password, a disabled account, "
                    + "or `users revoke-sessions`."
            ]
        }
    }

    private var malformed: [String] {
        guard let header = self.inspection.header else {
            return [
                "It is not three parts of base64url, separated by dots and without padding, of which the first is JSON.",
                "Is it the whole token, and an access token at all?",
            ]
        }
        guard self.inspection.claims != nil else {
            return ["Its payload is not one JSON object, or a member occurs twice in it."]
        }
        let names = ["alg", "typ", "kid"].filter { header[$0] != nil && header[$0]?.string == nil }
        return header["alg"] == nil
            ? ["The header has no `alg`."]
            : ["In the header these must be texts: \(names.joined(separator: ", "))."]
    }

    private var algorithm: [String] {
        let name = self.member("alg")
        guard let issuer = self.issuer else { return ["The header's `alg` is \(name), which the gate never accepts."] }
        let allowed = issuer.algorithms.map(\.rawValue).joined(separator: ", ")
        return ["The header's `alg` is \(name); `\(issuer.name)` and its key allow \(allowed)."]
    }

    private var header: [String] {
        let refused = ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc"]
        let found = refused.filter { self.inspection.header?[$0] != nil }
        return [
            "The header has \(found.joined(separator: ", ")), which the gate never follows: "
                + "a token must not bring its own keys or rules."
        ]
    }

    private var wrongIssuer: [String] {
        let value = self.inspection.claims?["iss"]
        let expected = self.issuers.map { Self.shown(.string($0.issuer)) }
        var lines = [
            "`iss` is \(Self.shown(value)).",
            "Expected is exactly \(expected.isEmpty ? "nothing: there are no issuers" : expected.joined(separator: " or ")).",
        ]
        if let hint = Self.nearMiss(value?.string, self.issuers.map(\.issuer)) { lines.append(hint) }
        return lines
    }

    private var wrongAudience: [String] {
        let value = self.inspection.claims?["aud"]
        let expected = self.issuer?.audiences ?? []
        var lines = [
            "`aud` is \(Self.shown(value)).",
            "Expected is \(expected.map { Self.shown(.string($0)) }.joined(separator: " or ")).",
        ]
        let given = value?.array?.compactMap(\.string) ?? [value?.string].compactMap { $0 }
        if let hint = given.lazy.compactMap({ Self.nearMiss($0, expected) }).first { lines.append(hint) }
        return lines
    }

    private var unknownKey: [String] {
        var lines = ["The header's `kid` is \(self.member("kid")), and the key set has no such key."]
        if let keys = self.issuer?.keyNames {
            let names = keys.map { Self.shown(.string($0)) }
            lines.append("It has \(names.isEmpty ? "keys without names" : names.prefix(20).joined(separator: ", ")).")
        }
        return lines
    }

    private var expired: [String] {
        guard let time = self.time("exp") else { return [] }
        return [
            "It expired \(Moment(time).relative(to: self.now)), at \(Moment(time).text); "
                + "the leeway of \(self.leeway) s is over, too."
        ]
    }

    private var notYetValid: [String] {
        guard let time = self.time("nbf") else { return [] }
        return [
            "It becomes valid \(Moment(time).relative(to: self.now)), at \(Moment(time).text); "
                + "clocks may be apart by \(self.leeway) s. Is the issuer's clock right, and ours?"
        ]
    }

    private var malformedClaim: [String] {
        guard let claims = self.inspection.claims else { return [] }
        guard claims["exp"] != nil else { return ["It has no `exp`; a token that never expires is not accepted."] }
        let times = ["exp", "nbf", "iat"].filter { claims[$0] != nil && self.time($0) == nil }
        guard times.isEmpty else {
            return ["These must be numbers, in seconds since 1970: \(times.joined(separator: ", "))."]
        }
        guard claims["sub"] == nil || claims["sub"]?.string != nil else { return ["`sub` must be a text."] }
        return ["`exp` is before `nbf`, so it is never valid."]
    }

    private func member(_ name: String) -> String {
        Self.shown(self.inspection.header?[name])
    }

    /// Where two texts differ in what people overlook, that is said.
    private static func nearMiss(_ given: String?, _ expected: [String]) -> String? {
        guard let given else { return nil }
        let bare = Self.withoutSlash(given)
        if expected.contains(where: { Self.withoutSlash($0) == bare }) {
            return "They differ only in the slash at the end, and that counts."
        }
        if expected.contains(where: { $0.lowercased() == given.lowercased() }) {
            return "They differ only in upper and lower case, and that counts."
        }
        return nil
    }

    private static func withoutSlash(_ text: String) -> String {
        text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}
