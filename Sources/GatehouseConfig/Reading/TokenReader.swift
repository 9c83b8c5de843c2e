/// Reads `tokens`.
struct TokenReader {
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

    /// The section; flaws are said, and what is bad is missing.
    func tokens(_ section: ResolvedSection) -> TokenSettings? {
        let sections = section.sections("issuers") ?? []
        applySecretFile(sections, at: section.place(of: "issuers"))
        let sources = sources(section)
        let claims = forwardClaims(section)
        let issuers = IssuerListReader(context: context, mode: mode, embedded: embedded).issuers(sections)
        guard let leeway = section.duration("leeway"), let forwardToken = section.boolean("forward_token") else {
            return nil
        }
        return TokenSettings(
            leeway: leeway,
            sources: sources,
            forwardToken: forwardToken,
            forwardClaims: claims,
            issuers: issuers
        )
    }

    /// `JWT_SECRET_FILE` is the `secret_file` of the only issuer that has one.
    private func applySecretFile(_ issuers: [ResolvedSection], at place: Position?) {
        guard let path = context.environment["JWT_SECRET_FILE"], !path.isEmpty else { return }
        let having = issuers.filter { $0.isWritten("secret_file") }
        guard having.count == 1, let issuer = having.first else {
            let count = having.isEmpty ? "no issuer has" : "\(having.count) issuers have"
            diagnostics.error(
                "JWT_SECRET_FILE is set, but \(count) a `secret_file`",
                at: place,
                hint: "it stands for the `secret_file` of the only issuer that has one"
            )
            return
        }
        issuer.fill("secret_file", .text(context.absolute(path)), origin: .environment("JWT_SECRET_FILE"))
    }

    private func sources(_ section: ResolvedSection) -> [TokenSettings.Source] {
        var seen: Set<String> = []
        return (section.texts("sources") ?? []).compactMap { text, place in
            guard seen.insert(text).inserted else {
                diagnostics.error("sources: `\(Excerpt.of(text))` is listed twice", at: place)
                return nil
            }
            if let source = TokenSettings.Source(rawValue: text) {
                return source
            }
            let isLater = text == "websocket_protocol" || text.hasPrefix("cookie:") || text.hasPrefix("query:")
            if isLater {
                diagnostics.error("sources: `\(Excerpt.of(text))`: \(ReadingContext.notSupported)", at: place)
            } else {
                diagnostics.error("sources: `\(Excerpt.of(text))` is not `authorization`", at: place)
            }
            return nil
        }
    }

    private func forwardClaims(_ section: ResolvedSection) -> [TokenSettings.ClaimHeader] {
        var folded: [String: Position] = [:]
        return (section.map("forward_claims") ?? []).compactMap { pair in
            guard case .text(let claim) = pair.value.content else { return nil }
            if let flaw = ForwardedHeader.flaw(of: pair.key) {
                diagnostics.error("forward_claims: \(flaw)", at: pair.keyPosition)
                return nil
            }
            // Apps that see CGI variables cannot tell these apart.
            let name = ForwardedHeader.folded(pair.key)
            if let first = folded.updateValue(pair.keyPosition, forKey: name) {
                diagnostics.error(
                    "forward_claims: `\(Excerpt.of(pair.key))` is the same header as the one at "
                        + "\(first.line):\(first.column) to many apps",
                    at: pair.keyPosition
                )
            }
            return TokenSettings.ClaimHeader(header: pair.key, claim: claim)
        }
    }
}
