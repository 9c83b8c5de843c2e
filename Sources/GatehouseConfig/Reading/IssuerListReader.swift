internal import GatehouseCrypto

/// Reads `tokens.issuers`, whose names, `issuer` values and secrets must be different.
struct IssuerListReader {
    let context: ReadingContext
    let mode: Settings.Mode
    /// The embedded accounts service, if the file has it.
    let embedded: EmbeddedIssuer?
    private var diagnostics: DiagnosticCollector { context.diagnostics }

    init(context: ReadingContext, mode: Settings.Mode, embedded: EmbeddedIssuer?) {
        self.context = context
        self.mode = mode
        self.embedded = embedded
    }

    /// The issuers that are good without the embedded accounts service; each flaw is said.
    func issuers(_ sections: [ResolvedSection]) -> [IssuerSettings] {
        var names = UniqueNames(what: "issuer", diagnostics: diagnostics)
        var values: [String: Position?] = [:]
        if let embedded, let issuer = embedded.issuer {
            values[issuer] = .some(embedded.place)
        }
        var secrets: [(secret: Secret, name: String)] = []
        var firstEmbedded: Position?
        let reader = IssuerReader(context: context, mode: mode)
        return sections.compactMap { section in
            checkName(section, &names)
            // A value of `accounts` that cannot be read was said already.
            guard !section.isWritten("accounts") || section.boolean("accounts") != nil else { return nil }
            guard section.boolean("accounts") != true else {
                checkEmbedded(section, &firstEmbedded)
                return nil
            }
            if section.isWritten("accounts"), !hasEverything(section) { return nil }
            checkValue(section, &values)
            guard let issuer = reader.issuer(section) else { return nil }
            checkSecret(issuer, section, &secrets)
            return issuer
        }
    }

    private func checkName(_ section: ResolvedSection, _ names: inout UniqueNames) {
        guard let name = section.text("name") else { return }
        names.add(name, at: section.place(of: "name"))
        if let embedded, !embedded.isListed, name == embedded.name {
            diagnostics.error(
                "name: `\(Excerpt.of(name))` is what the embedded accounts service is called",
                at: section.place(of: "name"),
                hint: "to call that otherwise, add `{ name: NAME, accounts: true }`"
            )
        }
    }

    /// The keys that an ordinary issuer needs, which the schema does not ask for beside `accounts`.
    private func hasEverything(_ section: ResolvedSection) -> Bool {
        let missing = ["issuer", "audience"].filter { !section.isWritten($0) }
        for key in missing {
            let help = section.directives.first { $0.name == key }?.help
            diagnostics.error("`\(key)` is missing in `issuers`", at: section.position, hint: help)
        }
        return missing.isEmpty
    }

    /// The entry of the accounts service has a name and nothing else.
    private func checkEmbedded(_ section: ResolvedSection, _ first: inout Position?) {
        let place = section.place(of: "accounts")
        if embedded == nil {
            diagnostics.error(
                "accounts: there is no section `accounts` in this file",
                at: place,
                hint: "add one, or remove this issuer"
            )
        }
        if let first {
            let message = "accounts: two issuers are the embedded service; first at \(first.line):\(first.column)"
            diagnostics.error(message, at: place)
        }
        first = first ?? place
        for directive in section.directives where !["name", "accounts"].contains(directive.name) {
            guard section.isWritten(directive.name), directive.availability == .built else { continue }
            diagnostics.error(
                "`\(directive.name)` does not stand beside `accounts: true`",
                at: section.writtenKeys[directive.name],
                hint: "the section `accounts` says what its tokens are like"
            )
        }
    }

    private func checkValue(_ section: ResolvedSection, _ values: inout [String: Position?]) {
        guard let value = section.text("issuer") else { return }
        guard let earlier = values[value] else {
            values[value] = .some(section.place(of: "issuer"))
            return
        }
        let other = earlier.map { place in
            let which = place == embedded?.place ? "the other" : "first"
            return "; \(which) at \(place.line):\(place.column)"
        }
        diagnostics.error("two issuers have this `issuer`\(other ?? "")", at: section.place(of: "issuer"))
    }

    private func checkSecret(
        _ issuer: IssuerSettings,
        _ section: ResolvedSection,
        _ secrets: inout [(secret: Secret, name: String)]
    ) {
        guard case .single(_, let secret?) = issuer.keys else { return }
        if let other = secrets.first(where: { $0.secret.constantTimeEquals(secret) }) {
            diagnostics.error(
                "this issuer has the same secret as `\(Excerpt.of(other.name))`, so each could sign for the other",
                at: section.place(of: section.isWritten("secret") ? "secret" : "secret_file")
            )
        }
        secrets.append((secret, issuer.name))
    }
}
