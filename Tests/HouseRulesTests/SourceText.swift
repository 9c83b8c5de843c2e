/// A file as the rules see it: its lines as written, and the same lines without comments and literals.
struct SourceText {
    /// Relative to the checkout, with `/` between folders.
    let path: String
    /// The lines as written.
    let lines: [Substring]
    /// The lines with everything inside comments, string literals and raw identifiers replaced by spaces.
    let code: [Substring]

    /// Reads Swift; for any other kind of file `code` is just the lines.
    init(path: String, text: String) {
        self.path = path
        self.lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        self.code =
            path.hasSuffix(".swift")
            ? SwiftMask.masking(text).split(separator: "\n", omittingEmptySubsequences: false) : self.lines
    }

    /// The folder below `Sources` or `Tests`, which is the target.
    var target: String? {
        let parts = path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources" || parts[0] == "Tests" else { return nil }
        return String(parts[1])
    }

    /// The last part of the path.
    var fileName: String { String(path.split(separator: "/").last ?? "") }

    /// Says that line `index`, counted from 0, breaks a rule.
    func violation(at index: Int, _ message: String) -> Violation {
        Violation(path: path, line: index + 1, message: message)
    }

    /// The lines whose code matches, each with the part that does.
    ///
    /// A word ends where an identifier does, so `\b` also stands before a dot.
    func matches(_ pattern: Regex<Substring>) -> [(line: Int, text: Substring)] {
        let pattern = pattern.wordBoundaryKind(.simple)
        return code.enumerated().flatMap { index, line in line.matches(of: pattern).map { (index, $0.output) } }
    }

    /// Whether a comment on line `index` or on the comment lines directly above it gives the reason that `// house:` asks for.
    func hasReason(at index: Int) -> Bool {
        let marker = #/\/\/ house: \S+/#
        if lines[index].contains(marker) { return true }
        var above = index - 1
        while above >= 0, lines[above].trimmingSpaces().hasPrefix("//") {
            if lines[above].contains(marker) { return true }
            above -= 1
        }
        return false
    }
}

extension Substring {
    /// The text without spaces and tabs at either end.
    func trimmingSpaces() -> Substring {
        var rest = drop { $0 == " " || $0 == "\t" }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}
