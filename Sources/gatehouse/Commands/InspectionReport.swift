internal import GatehouseCore

/// What `token inspect` prints for people: the verdict, why, and what the token says.
///
/// A token comes from a stranger, so everything of it is shown as JSON in ASCII: a terminal acts on none of it.
struct InspectionReport {
    let inspection: TokenInspection
    /// The length of the token in bytes.
    let count: Int
    /// Every issuer that the gate trusts.
    let issuers: [InspectedIssuer]
    /// How far clocks may be apart, in seconds.
    let leeway: Int64
    let now: Int64

    /// All lines.
    var text: String {
        var lines: [String] = []
        if let flaw = self.inspection.flaw {
            lines.append("refused: \(flaw.inspectionReason)")
            lines += self.explanation(of: flaw).map { "  " + $0 }
        } else {
            lines.append("accepted")
            lines += self.acceptance.map { "  " + $0 }
        }
        lines += self.contents
        return lines.joined(separator: "\n") + "\n"
    }

    /// The issuer, if the token names one of ours.
    var issuer: InspectedIssuer? {
        self.issuers.first { $0.name == self.inspection.issuerName }
    }

    /// A member of the claims, if it is a time.
    func time(_ name: String) -> Int64? {
        self.inspection.claims?[name]?.number?.seconds
    }

    /// A value as it stands in JSON, in ASCII.
    static func shown(_ value: JSONValue?) -> String {
        guard let value else { return "missing" }
        var writer = JSONWriter()
        writer.value(value)
        var text = ""
        for scalar in String(decoding: writer.bytes, as: UTF8.self).unicodeScalars {
            guard !scalar.isASCII else {
                text.unicodeScalars.append(scalar)
                continue
            }
            for unit in Character(scalar).utf16 {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text
    }

    private var acceptance: [String] {
        guard let expiry = self.time("exp") else { return [] }
        let end = expiry &+ self.leeway
        return [
            "until \(Moment(end).text) (\(Moment(end).relative(to: self.now))), "
                + "which is `exp` and the leeway of \(self.leeway) s; routes may ask for scopes or claims besides"
        ]
    }

    private var contents: [String] {
        var lines = [""]
        if let issuer = self.issuer { lines.append("issuer  \(issuer.name) (\(Self.shown(.string(issuer.issuer))))") }
        if let header = self.inspection.header { lines.append("header  \(Self.shown(.object(header)))") }
        guard let claims = self.inspection.claims else { return lines.count == 1 ? [] : lines }
        lines.append(self.isSigned ? "claims, which the issuer has signed" : "claims, which nobody has proven")
        let width = claims.members.map { Self.shown(.string($0.name)).count - 2 }.max() ?? 0
        for member in claims.members {
            let name = String(Self.shown(.string(member.name)).dropFirst().dropLast())
            let padding = String(repeating: " ", count: max(0, width - name.count) + 2)
            lines.append("  \(name)\(padding)\(Self.shown(member.value))\(self.note(member))")
        }
        return lines
    }

    /// Whether the signature was found good, which is before the claims are looked at.
    private var isSigned: Bool {
        switch self.inspection.flaw {
        case nil, .expired, .notYetValid, .wrongAudience, .malformedClaim, .revoked: true
        case .malformed, .tooLarge, .algorithmNotAllowed, .headerNotAllowed, .typeNotAllowed, .wrongIssuer, .unknownKey,
            .badSignature:
            false
        }
    }

    /// What the times of a token mean.
    private func note(_ member: JSONObject.Member) -> String {
        guard ["exp", "nbf", "iat", "auth_time"].contains(member.name), let seconds = member.value.number?.seconds
        else { return "" }
        return "  (\(Moment(seconds).text), \(Moment(seconds).relative(to: self.now)))"
    }
}
