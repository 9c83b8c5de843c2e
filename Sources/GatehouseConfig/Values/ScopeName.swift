/// Scopes, which have no spaces and quotes (RFC 6749 section 3.3), and which `WWW-Authenticate` names.
enum ScopeName {
    /// Says an error if the text is no scope.
    static func check(_ text: String, _ key: String, at place: Position?, _ diagnostics: DiagnosticCollector) {
        let isScope = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        guard !isScope else { return }
        diagnostics.error(
            "\(key): `\(Excerpt.of(text))` is not a scope",
            at: place,
            hint: "several scopes are a list: `[a, b]`"
        )
    }
}
