/// Reads a route's `rate_limits`.
struct RouteQuotaReader {
    let diagnostics: DiagnosticCollector
    /// The names of all policies of the file in their order, good or bad.
    let policies: [String]

    /// The indices of the route's policies; each flaw is said.
    func quotas(_ section: ResolvedSection) -> [Int] {
        guard section.isWritten("rate_limits") else {
            let index = policies.firstIndex(of: Self.defaultName)
            let names = index.map { _ in [Self.defaultName] } ?? []
            section.fill(
                "rate_limits",
                .list(
                    names.map { ResolvedValue(content: .text($0), position: nil, origin: .builtIn, isSecret: false) }
                )
            )
            return index.map { [$0] } ?? []
        }
        let texts = section.texts("rate_limits") ?? []
        if texts.count > Self.most {
            diagnostics.error("a route takes from at most \(Self.most) quotas", at: section.place(of: "rate_limits"))
        }
        var indices: [Int] = []
        for (text, place) in texts {
            guard let index = policies.firstIndex(of: text) else {
                report(unknown: text, at: place)
                continue
            }
            guard !indices.contains(index) else {
                diagnostics.error("rate_limits: `\(Excerpt.of(text))` is listed twice", at: place)
                continue
            }
            indices.append(index)
        }
        return indices
    }

    private func report(unknown text: String, at place: Position?) {
        let nearest = NearestName.of(text, among: policies).map { "did you mean `\($0)`?" }
        diagnostics.error(
            "there is no quota `\(Excerpt.of(text))` in `rate_limits.policies`",
            at: place,
            hint: policies.isEmpty ? "there are no policies; `[]` is none" : nearest
        )
    }

    private static let defaultName = "default"
    private static let most = 8
}
