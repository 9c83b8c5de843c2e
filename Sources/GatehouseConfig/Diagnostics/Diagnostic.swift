/// One thing to say about a configuration file: what is wrong, where, and what to do.
///
/// Neither message nor source line ever holds the value of a secret.
package struct Diagnostic: Sendable, Hashable {
    /// The file as it was named.
    package let file: String
    /// The line from 1, or 0 for the file as a whole.
    package let line: Int
    /// The column from 1, in Unicode scalars, or 0 for the file as a whole.
    package let column: Int
    /// Whether it stops the start.
    package let severity: Severity
    /// What is wrong, in one line.
    package let message: String
    /// What to do about it, if that is known.
    package let hint: String?
    /// The line of the file with secrets masked and control characters replaced.
    package let sourceLine: String?

    /// How bad a diagnostic is.
    package enum Severity: String, Sendable {
        /// There are no settings.
        case error
        /// The file is used all the same.
        case warning
    }

    /// The text for people: `FILE:LINE:COLUMN: error: MESSAGE`, the source line, a caret and the hint.
    package var rendered: String {
        var text = line > 0 ? "\(file):\(line):\(column): " : "\(file): "
        text += "\(severity.rawValue): \(message)"
        if let sourceLine {
            text += "\n    \(excerpt(of: sourceLine))"
        }
        if let hint {
            text += "\n    \(hint)"
        }
        return text
    }

    /// The line and, under it, the caret; of a long line only the part around the column.
    private func excerpt(of sourceLine: String) -> String {
        let scalars = Array(sourceLine.unicodeScalars)
        let caret = min(max(column - 1, 0), scalars.count)
        let start = scalars.count > Self.widestExcerpt ? max(0, caret - Self.widestExcerpt / 2) : 0
        let shown = scalars[start...].prefix(Self.widestExcerpt)
        // A tab stays a tab, or the caret would stand elsewhere.
        let padding = scalars[start..<caret].map { $0 == "\t" ? "\t" : " " }.joined()
        var line = String.UnicodeScalarView()
        line.append(contentsOf: shown)
        return "\(String(line))\n    \(padding)^"
    }

    private static let widestExcerpt = 160
}
