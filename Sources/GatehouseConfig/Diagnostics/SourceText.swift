/// The text of a file, line by line, with the places of its secrets.
///
/// Used by one reader on one thread.
final class SourceText {
    let file: String
    private let text: String
    private(set) lazy var lines = Self.split(text)
    private var secrets: [(from: Position, to: Position?)] = []
    private var guessesSecrets = false

    init(file: String, text: String) {
        self.file = file
        self.text = text
    }

    /// Marks everything from `start` up to `end` (or to the end of the file) as secret.
    func markSecret(from start: Position, to end: Position?) {
        secrets.append((start, end))
    }

    /// Tells that the text could not be parsed: secrets are then recognised by the names of keys.
    func guessSecrets() {
        guessesSecrets = true
    }

    /// A line as it may be shown, or nothing if there is no such line.
    func shownLine(_ number: Int) -> String? {
        guard number >= 1, number <= lines.count else { return nil }
        var scalars = lines[number - 1].map(Self.harmless)
        if guessesSecrets, let start = guessedSecretStart(number) {
            mask(&scalars, from: start, to: scalars.count)
        }
        for secret in secrets {
            let start = secret.from.line < number ? 0 : secret.from.line == number ? secret.from.column - 1 : Int.max
            var end = scalars.count
            if let to = secret.to, to.line <= number {
                end = to.line == number ? min(to.column - 1, scalars.count) : 0
            }
            mask(&scalars, from: start, to: end)
        }
        maskUserInformation(&scalars)
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// The place of the first control character that no text file has a use for, if there is one.
    func firstForbidden() -> Position? {
        // Nearly every file has none, which a look at the bytes shows.
        guard text.utf8.contains(where: { ($0 < 0x20 && $0 != 0x0A) || $0 == 0x7F || $0 == 0xC2 || $0 == 0xEF }) else {
            return nil
        }
        for (index, line) in lines.enumerated() {
            for (column, scalar) in line.enumerated()
            where Self.isForbidden(scalar) {
                return Position(line: index + 1, column: column + 1)
            }
        }
        return nil
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09: false
        case 0x00..<0x20, 0x7F...0x9F, 0xFEFF: true
        default: false
        }
    }

    /// The scalar at a position, if there is one.
    func scalar(at position: Position) -> Unicode.Scalar? {
        guard position.line >= 1, position.line <= lines.count else { return nil }
        let line = lines[position.line - 1]
        guard position.column >= 1, position.column <= line.count else { return nil }
        return line[position.column - 1]
    }

    /// Covers a stretch with asterisks, one for one, so that columns stay true; spaces stay.
    private func mask(_ scalars: inout [Unicode.Scalar], from start: Int, to end: Int) {
        guard start < end, start >= 0, end <= scalars.count else { return }
        for index in start..<end where scalars[index] != " " && scalars[index] != "\t" {
            scalars[index] = "*"
        }
    }

    /// Where a secret seems to begin in a line of an unparsable file: behind a telling key, or in what follows it.
    private func guessedSecretStart(_ number: Int) -> Int? {
        var current = number
        while current >= 1, number - current < 100 {
            let text = lines[current - 1]
            if let afterKey = Self.valueStart(of: text) {
                return current == number ? afterKey.isTelling ? afterKey.index : nil : afterKey.isTelling ? 0 : nil
            }
            current -= 1
        }
        return nil
    }

    /// The place behind the first telling key of a line, else behind its first key.
    private static func valueStart(of line: [Unicode.Scalar]) -> (index: Int, isTelling: Bool)? {
        var first: Int?
        for index in line.indices where line[index] == ":" {
            let isEnd = index + 1 == line.count || line[index + 1] == " " || line[index + 1] == "\t"
            guard isEnd else { continue }
            let word = line[..<index].reversed().prefix { $0.properties.isAlphabetic || $0 == "_" || $0 == "\"" }
            let name = String(String.UnicodeScalarView(word.reversed()))
            if SecretNames.isTelling(name) {
                return (index + 1, true)
            }
            first = first ?? index + 1
        }
        return first.map { ($0, false) }
    }

    /// Masks `user:password` of every URL.
    private func maskUserInformation(_ scalars: inout [Unicode.Scalar]) {
        var index = 0
        while index + 2 < scalars.count {
            defer { index += 1 }
            guard scalars[index] == ":", scalars[index + 1] == "/", scalars[index + 2] == "/" else { continue }
            let start = index + 3
            // A password with a slash in it makes no good URL, but it is one all the same.
            let word = scalars[start...].prefix { $0 != " " && $0 != "\t" && $0 != "\"" && $0 != "'" }
            guard let at = word.lastIndex(of: "@"), scalars[start..<at].contains(":") else { continue }
            mask(&scalars, from: start, to: at)
        }
    }

    /// Control characters would act on the reader's terminal.
    private static func harmless(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.properties.generalCategory {
        case .control where scalar != "\t", .format, .privateUse, .surrogate, .unassigned:
            "\u{FFFD}"
        default:
            scalar
        }
    }

    /// Splits where YAML does: CR LF, CR, LF, and the three Unicode line breaks.
    private static func split(_ text: String) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = []
        var line: [Unicode.Scalar] = []
        var afterReturn = false
        for scalar in text.unicodeScalars {
            if scalar == "\n", afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = scalar == "\r"
            switch scalar {
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(line)
                line = []
            default:
                line.append(scalar)
            }
        }
        lines.append(line)
        return lines
    }
}
