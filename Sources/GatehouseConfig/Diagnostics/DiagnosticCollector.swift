/// Gathers what is to be said about one file, so that everything is said at once.
///
/// Used by one reader on one thread.
final class DiagnosticCollector {
    private let source: SourceText
    private var found: [Diagnostic] = []
    private(set) var hasErrors = false

    init(source: SourceText) {
        self.source = source
    }

    /// Adds an error; `position` is nothing for the file as a whole.
    func error(_ message: String, at position: Position?, hint: String? = nil) {
        hasErrors = true
        add(.error, message, position, hint)
    }

    /// Adds a warning.
    func warning(_ message: String, at position: Position?, hint: String? = nil) {
        add(.warning, message, position, hint)
    }

    /// Everything found, in the order of the file, each once.
    func finish() -> [Diagnostic] {
        var seen: Set<Diagnostic> = []
        let sorted = found.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        return sorted.filter { seen.insert($0).inserted }.map(shown)
    }

    /// The proof that settings may be made, or nothing when there was an error.
    func proof() -> ErrorFree? {
        hasErrors ? nil : ErrorFree()
    }

    private func add(_ severity: Diagnostic.Severity, _ message: String, _ position: Position?, _ hint: String?) {
        // `finish` adds the source line, when the places of all secrets are known.
        found.append(
            Diagnostic(
                file: source.file,
                line: position?.line ?? 0,
                column: position?.column ?? 0,
                severity: severity,
                message: message,
                hint: hint,
                sourceLine: nil
            )
        )
    }

    private func shown(_ diagnostic: Diagnostic) -> Diagnostic {
        Diagnostic(
            file: diagnostic.file,
            line: diagnostic.line,
            column: diagnostic.column,
            severity: diagnostic.severity,
            message: diagnostic.message,
            hint: diagnostic.hint,
            sourceLine: diagnostic.line > 0 ? source.shownLine(diagnostic.line) : nil
        )
    }
}

/// The proof that a file had no error.
///
/// Only `DiagnosticCollector` makes one.
struct ErrorFree {
    fileprivate init() {}
}
