/// Reads `rate_limits.policies`.
struct QuotaPolicyReader {
    let context: ReadingContext
    private var diagnostics: DiagnosticCollector { context.diagnostics }

    init(context: ReadingContext) {
        self.context = context
    }

    /// The policies that are good; each flaw is said.
    func policies(_ sections: [ResolvedSection]) -> [QuotaPolicySettings] {
        var names = UniqueNames(what: "quota", diagnostics: diagnostics)
        return sections.compactMap { section in
            let name = section.text("name")
            if let name {
                checkName(name, at: section.place(of: "name"))
                names.add(name, at: section.place(of: "name"))
            }
            let subject = subject(section)
            let limits = limits(section)
            guard let name, let subject, let limits, let quotaMode = section.text("mode") else { return nil }
            return QuotaPolicySettings(
                name: name,
                subject: subject,
                limits: limits.tiers,
                tierClaim: limits.claim,
                isShadow: quotaMode == "shadow"
            )
        }
    }

    /// The name is in header fields, in labels of metrics and in keys of the store.
    private func checkName(_ name: String, at place: Position?) {
        if !PlainName.isValid(name) {
            diagnostics.error(
                "name: `\(Excerpt.of(name))` is not 1 to 64 of letters, digits, `_`, `.` and `-`",
                at: place
            )
        } else if name == "failures" {
            diagnostics.error(
                "name: `failures` is the quota that refused tokens take from",
                at: place,
                hint: "`failures: { requests: 60, per: 1m }` beside `policies` sets that one"
            )
        }
    }

    private func subject(_ section: ResolvedSection) -> QuotaPolicySettings.Subject? {
        guard let text = section.text("by") else { return nil }
        do {
            return try QuotaPolicySettings.Subject(text)
        } catch {
            diagnostics.error("by: \(error.message)", at: section.place(of: "by"), hint: error.hint)
            return nil
        }
    }

    private func limits(_ section: ResolvedSection) -> (tiers: [QuotaPolicySettings.Tier], claim: String?)? {
        let single = ["requests", "per"].filter(section.isWritten)
        let tiered = ["tier", "tiers"].filter(section.isWritten)
        switch (single.count, tiered.count) {
        case (2, 0):
            guard let requests = section.integer("requests"), let per = section.duration("per") else { return nil }
            return ([.init(name: nil, limit: QuotaLimitSettings(requests: requests, per: per))], nil)
        case (0, 2):
            let claim = tierClaim(section)
            let tiers = tiers(section)
            guard let claim, let tiers else { return nil }
            return (tiers, claim)
        case (0, 0):
            diagnostics.error("a quota needs `requests` and `per`, or `tier` and `tiers`", at: section.position)
        case (1, 0), (0, 1):
            let pair = single.isEmpty ? ["tier", "tiers"] : ["requests", "per"]
            let missing = pair.first { !section.isWritten($0) } ?? ""
            diagnostics.error(
                "`\(missing)` is missing in `policies`",
                at: section.position,
                hint: section.directives.first { $0.name == missing }?.help
            )
        default:
            diagnostics.error(
                "a quota has `requests` and `per`, or `tier` and `tiers`, not both",
                at: section.writtenKeys[tiered.first ?? "tier"]
            )
        }
        return nil
    }

    private func tierClaim(_ section: ResolvedSection) -> String? {
        guard let text = section.text("tier") else { return nil }
        guard text.hasPrefix("claim:"), text.utf8.count > 6 else {
            diagnostics.error(
                "tier: `\(Excerpt.of(text))` is not `claim:NAME`",
                at: section.place(of: "tier"),
                hint: text.contains(":") ? nil : "did you mean `claim:\(Excerpt.of(text))`?"
            )
            return nil
        }
        return String(text.dropFirst(6))
    }

    private func tiers(_ section: ResolvedSection) -> [QuotaPolicySettings.Tier]? {
        guard let pairs = section.map("tiers") else { return nil }
        guard !pairs.isEmpty else {
            diagnostics.error("`tiers` is empty", at: section.place(of: "tiers"))
            return nil
        }
        let tiers = pairs.compactMap(tier)
        return tiers.count == pairs.count ? tiers : nil
    }

    private func tier(_ pair: ResolvedPair) -> QuotaPolicySettings.Tier? {
        guard case .text(let text) = pair.value.content else { return nil }
        do {
            return QuotaPolicySettings.Tier(name: pair.key, limit: try QuotaLimitSettings(text))
        } catch {
            let place = pair.value.position ?? pair.keyPosition
            diagnostics.error("tiers: \(error.message)", at: place, hint: error.hint)
            return nil
        }
    }
}
