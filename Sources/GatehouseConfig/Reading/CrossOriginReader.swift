/// Reads `cors`.
struct CrossOriginReader {
    let context: ReadingContext
    let mode: Settings.Mode
    private var diagnostics: DiagnosticCollector { context.diagnostics }

    init(context: ReadingContext, mode: Settings.Mode) {
        self.context = context
        self.mode = mode
    }

    /// The section, or nothing if it is not there or its keys had errors.
    func crossOrigin(_ section: ResolvedSection?) -> CrossOriginSettings? {
        guard let section else { return nil }
        let credentials = section.boolean("credentials") ?? false
        let origins = origins(section, credentials: credentials)
        let methods = checked(section, "methods") { text throws(ScalarFlaw) in try MethodName.check(text) }
        let headers = checked(section, "headers", Self.checkHeader)
        let exposed = checked(section, "expose", Self.checkHeader)
        guard let origins, let maxAge = section.duration("max_age") else { return nil }
        return CrossOriginSettings(
            origins: origins,
            methods: methods,
            headers: headers,
            exposed: exposed,
            credentials: credentials,
            maxAge: maxAge
        )
    }

    private func origins(_ section: ResolvedSection, credentials: Bool) -> CrossOriginSettings.Origins? {
        guard let texts = section.texts("origins") else { return nil }
        if let star = texts.first(where: { $0.text == "*" }) {
            if texts.count > 1 {
                diagnostics.error("origins: `*` stands alone", at: star.position)
            }
            if credentials {
                diagnostics.error(
                    "origins: `*` with `credentials: true` would let every site act for your users",
                    at: star.position,
                    hint: "list the origins, or leave credentials off"
                )
            }
            return .any
        }
        var seen: Set<OriginPattern> = []
        let patterns: [OriginPattern] = texts.compactMap { text, place in
            do throws(ScalarFlaw) {
                let pattern = try OriginPattern(text)
                guard seen.insert(pattern).inserted else {
                    throw ScalarFlaw("`\(Excerpt.of(text))` is listed twice")
                }
                warn(pattern, text, at: place, credentials: credentials)
                return pattern
            } catch {
                diagnostics.error("origins: \(error.message)", at: place, hint: error.hint)
                return nil
            }
        }
        return patterns.isEmpty ? nil : .listed(patterns)
    }

    private func warn(_ pattern: OriginPattern, _ text: String, at place: Position?, credentials: Bool) {
        if credentials, mode == .production, text.hasPrefix("http://") {
            diagnostics.warning(
                "origins: `\(Excerpt.of(text))` with credentials: whoever sits on the network can act for your users",
                at: place
            )
        }
        if case .oneLabel(_, let suffix) = pattern, PublicSuffixes.looksPublic(suffix.dropFirst()) {
            diagnostics.warning(
                "origins: `\(Excerpt.of(text))` lets in every customer of a registry or hosting service",
                at: place
            )
        }
    }

    /// The texts of a list that pass the check, each once; compared without case.
    private func checked(
        _ section: ResolvedSection,
        _ key: String,
        _ check: (String) throws(ScalarFlaw) -> Void
    ) -> [String] {
        var seen: Set<String> = []
        return (section.texts(key) ?? []).compactMap { text, place in
            do throws(ScalarFlaw) {
                try check(text)
                guard seen.insert(text.lowercased()).inserted else {
                    throw ScalarFlaw("`\(Excerpt.of(text))` is listed twice")
                }
                return text
            } catch {
                diagnostics.error("\(key): \(error.message)", at: place, hint: error.hint)
                return nil
            }
        }
    }

    private static func checkHeader(_ text: String) throws(ScalarFlaw) {
        guard text != "*" else {
            throw ScalarFlaw("`*` is not taken here", hint: "list the headers")
        }
        guard FieldToken.isValid(text) else {
            throw ScalarFlaw("`\(Excerpt.of(text))` is not a header name")
        }
    }
}
