internal import GatehouseCore

/// Reads `routes`.
struct RouteReader {
    let context: ReadingContext
    let baseHeaders: SecurityHeaderReader.Layer
    /// The names of all upstreams of the file, good or bad.
    let upstreams: [String]
    /// The names of all quotas of the file in their order, good or bad.
    let policies: [String]
    /// Whether the file has an issuer, good or bad.
    let hasIssuer: Bool
    private var diagnostics: DiagnosticCollector { context.diagnostics }

    init(
        context: ReadingContext,
        baseHeaders: SecurityHeaderReader.Layer,
        upstreams: [String],
        policies: [String],
        hasIssuer: Bool
    ) {
        self.context = context
        self.baseHeaders = baseHeaders
        self.upstreams = upstreams
        self.policies = policies
        self.hasIssuer = hasIssuer
    }

    /// The routes that are good; each flaw is said, and routes that are never reached are warned about.
    func routes(_ sections: [ResolvedSection]) -> [RouteSettings] {
        var names = UniqueNames(what: "route", diagnostics: diagnostics)
        var shadows = RouteShadows(diagnostics: diagnostics)
        var taken = Set(sections.compactMap { $0.text("name") })
        return sections.compactMap { section in
            if let name = section.text("name") {
                names.add(name, at: section.place(of: "name"))
            }
            let pattern = pattern(section)
            let methods = methods(section)
            let access = access(section)
            let upstream = upstream(section)
            let quotas = RouteQuotaReader(diagnostics: diagnostics, policies: policies).quotas(section)
            let headers = section.section("security_headers").map(SecurityHeaderReader(context: context).layer)
            guard let pattern, let methods, let access, let upstream else { return nil }
            shadows.add(pattern, methods: methods.listed, access: access, at: section.place(of: "path"))
            let name = section.text("name") ?? freeName(pattern.text, methods.listed, &taken)
            section.fill("name", .text(name), origin: section["name"]?.origin ?? .builtIn)
            return RouteSettings(
                name: name,
                path: pattern.text,
                methods: methods.listed,
                access: access,
                upstream: upstream,
                rateLimits: quotas,
                securityHeaders: SecurityHeaderReader(context: context).settings(baseHeaders, below: headers),
                allowEmptySegments: section.boolean("allow_empty_segments") ?? false
            )
        }
    }

    private func pattern(_ section: ResolvedSection) -> PathPattern? {
        guard let text = section.text("path") else { return nil }
        do {
            return try PathPattern(text)
        } catch {
            diagnostics.error("path: \(error.message)", at: section.place(of: "path"))
            return nil
        }
    }

    /// The methods, or nothing after an error; `listed` is nothing for all.
    private func methods(_ section: ResolvedSection) -> (listed: [String]?, Void)? {
        guard section.isWritten("methods") else { return (nil, ()) }
        guard let texts = section.texts("methods") else { return nil }
        var seen: Set<String> = []
        let good: [String] = texts.compactMap { text, place in
            do throws(ScalarFlaw) {
                try MethodName.check(text)
                guard seen.insert(text).inserted else { throw ScalarFlaw("`\(text)` is listed twice") }
                return text
            } catch {
                diagnostics.error("methods: \(error.message)", at: place, hint: error.hint)
                return nil
            }
        }
        return good.count == texts.count ? (good, ()) : nil
    }

    private func access(_ section: ResolvedSection) -> RouteSettings.Access? {
        if section["access"]?.isWord("public") == true {
            return .public
        }
        guard section["access"] != nil else { return nil }
        if !hasIssuer {
            diagnostics.error(
                "this route needs a token, but there is no issuer in `tokens`",
                at: section.isWritten("access") ? section.place(of: "access") : section.position,
                hint: "add one to `tokens.issuers`, or say `access: public`"
            )
        }
        guard let requirements = section.section("access") else { return .authenticated }
        guard let pairs = requirements.map("require") else { return nil }
        guard !pairs.isEmpty else {
            diagnostics.error(
                "`require` is empty",
                at: requirements.place(of: "require"),
                hint: "for any good token write `access: authenticated`"
            )
            return nil
        }
        return .require(pairs.map(requirement))
    }

    private func requirement(_ pair: ResolvedPair) -> ClaimRequirement {
        var values: [ClaimValue] = []
        if case .list(let items) = pair.value.content {
            for item in items {
                guard case .claim(let written) = item.content else { continue }
                if pair.key == "scope" {
                    ScopeName.check(written.text, "scope", at: item.position, diagnostics)
                }
                // Scopes are words of a text, so no token has one of another type.
                let value = pair.key == "scope" ? ClaimValue.text(written.text) : written
                if !values.contains(value) {
                    values.append(value)
                }
            }
        }
        return ClaimRequirement(name: pair.key, values: values)
    }

    private func upstream(_ section: ResolvedSection) -> String? {
        guard section.isWritten("upstream") else {
            if upstreams.count == 1, let only = upstreams.first {
                section.fill("upstream", .text(only))
                return only
            }
            diagnostics.error(
                upstreams.isEmpty ? "there is no upstream for this route" : "this route must say its `upstream`",
                at: section.position,
                hint: upstreams.isEmpty
                    ? "add one to `upstreams`" : "one of \(upstreams.map { "`\($0)`" }.joined(separator: ", "))"
            )
            return nil
        }
        guard let name = section.text("upstream") else { return nil }
        guard upstreams.contains(name) else {
            let hint = NearestName.of(name, among: upstreams).map { "did you mean `\($0)`?" }
            let message = "there is no upstream `\(Excerpt.of(name))`"
            diagnostics.error(message, at: section.place(of: "upstream"), hint: hint)
            return nil
        }
        return name
    }

    /// The path, with the methods or a number behind it if that is taken.
    private func freeName(_ path: String, _ methods: [String]?, _ taken: inout Set<String>) -> String {
        let long = methods.map { "\(path) \($0.joined(separator: ","))" } ?? path
        for name in [path, long] where taken.insert(name).inserted {
            return name
        }
        var number = 2
        while !taken.insert("\(long) \(number)").inserted {
            number += 1
        }
        return "\(long) \(number)"
    }
}
