internal import GatehouseCrypto

/// Reads one entry of `tokens.issuers` and its keys.
struct IssuerReader {
    let context: ReadingContext
    let mode: Settings.Mode
    var diagnostics: DiagnosticCollector { context.diagnostics }

    init(context: ReadingContext, mode: Settings.Mode) {
        self.context = context
        self.mode = mode
    }

    /// The issuer, or nothing with each flaw said.
    func issuer(_ section: ResolvedSection) -> IssuerSettings? {
        let algorithms = algorithms(section)
        let audiences = audiences(section)
        guard let source = keySource(section) else { return nil }
        let keys: IssuerSettings.KeySource? =
            switch source {
            case "secret", "secret_file": secret(section, source, algorithms)
            case "public_key_file": publicKey(section)
            default: keySet(section)
            }
        guard let keys, let name = section.text("name"), let issuer = section.text("issuer"), let algorithms,
            !audiences.isEmpty, let resolved = resolve(algorithms, keys, section, source)
        else { return nil }
        section.fill(
            "algorithms",
            .list(
                resolved.map { algorithm in
                    let origin = section["algorithms"]?.origin ?? .builtIn
                    return ResolvedValue(
                        content: .text(algorithm.rawValue),
                        position: nil,
                        origin: origin,
                        isSecret: false
                    )
                }
            ),
            origin: section["algorithms"]?.origin ?? .builtIn
        )
        return IssuerSettings(
            name: name,
            issuer: issuer,
            audiences: audiences,
            algorithms: resolved,
            keys: keys,
            keyPath: source == "secret" ? nil : section.text(source)
        )
    }

    private func audiences(_ section: ResolvedSection) -> [String] {
        section.texts("audience")?.map(\.text) ?? []
    }

    /// The listed algorithms, empty for the default; nothing after an error.
    private func algorithms(_ section: ResolvedSection) -> [SignatureAlgorithm]? {
        var algorithms: [SignatureAlgorithm] = []
        for (text, place) in section.texts("algorithms") ?? [] {
            guard let algorithm = SignatureAlgorithm(rawValue: text) else {
                report(unknown: text, at: place)
                return nil
            }
            guard !algorithms.contains(algorithm) else {
                diagnostics.error("algorithms: `\(text)` is listed twice", at: place)
                return nil
            }
            algorithms.append(algorithm)
        }
        return section.isWritten("algorithms") && algorithms.isEmpty ? nil : algorithms
    }

    private func report(unknown text: String, at place: Position?) {
        let names = SignatureAlgorithm.allCases.map(\.rawValue)
        let folded = names.first { $0.lowercased() == text.lowercased() }
        let hint = folded.map { "did you mean `\($0)`?" } ?? "one of \(names.joined(separator: ", "))"
        diagnostics.error("algorithms: `\(Excerpt.of(text))` is not an algorithm", at: place, hint: hint)
    }

    /// The one key that says where the keys come from.
    private func keySource(_ section: ResolvedSection) -> String? {
        let sources = ["secret_file", "secret", "public_key_file", "jwks_file"].filter { section.isWritten($0) }
        let later = ["jwks_url", "discovery", "vault"].contains { section.isWritten($0) }
        guard let first = sources.first else {
            if !later {
                diagnostics.error(
                    "an issuer needs `secret_file`, `public_key_file` or `jwks_file`",
                    at: section.position
                )
            }
            return nil
        }
        guard sources.count == 1 else {
            let list = sources.map { "`\($0)`" }.joined(separator: " and ")
            diagnostics.error("an issuer has one source of keys, not \(list)", at: section.writtenKeys[sources[1]])
            return nil
        }
        return first
    }

    /// The algorithms that are allowed, each of which must fit the key or one key of the set.
    private func resolve(
        _ listed: [SignatureAlgorithm],
        _ keys: IssuerSettings.KeySource,
        _ section: ResolvedSection,
        _ source: String
    ) -> [SignatureAlgorithm]? {
        let fitting = KeyLoading.algorithms(of: keys)
        guard !listed.isEmpty else { return fitting.byDefault }
        let fit = Set(fitting.all.map(\.rawValue))
        for (text, place) in section.texts("algorithms") ?? [] where !fit.contains(text) {
            let what = source == "jwks_file" ? "no key of `jwks_file`" : "the key of `\(source)`"
            diagnostics.error(
                "algorithms: \(what) \(source == "jwks_file" ? "fits" : "does not fit") `\(text)`",
                at: place,
                hint: "what fits: \(fitting.all.map(\.rawValue).joined(separator: ", "))"
            )
            return nil
        }
        return listed
    }
}
