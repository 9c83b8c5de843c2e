/// Names that must be different within one list, with the places where they were given.
struct UniqueNames {
    let what: String
    let diagnostics: DiagnosticCollector
    private var places: [String: Position?] = [:]

    init(what: String, diagnostics: DiagnosticCollector) {
        self.what = what
        self.diagnostics = diagnostics
    }

    /// Adds a name; says an error with both places if it was there already.
    mutating func add(_ name: String, at place: Position?) {
        guard let earlier = places[name] else {
            places[name] = .some(place)
            return
        }
        let first = earlier.map { "; first at \($0.line):\($0.column)" } ?? ""
        diagnostics.error("two \(what)s are called `\(Excerpt.of(name))`\(first)", at: place)
    }
}
