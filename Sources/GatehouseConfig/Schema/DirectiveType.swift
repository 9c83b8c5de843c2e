/// What may stand behind a key.
///
/// Scalars are read as text by these rules; YAML's own never decide.
package indirect enum DirectiveType: Sendable {
    /// Text without control characters, at least one character.
    case text
    /// A URL, or a word in place of one; what stands before its `@` is not shown.
    case url
    /// A file by absolute path, or by one that starts at the file's folder.
    case path
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// `true`, `false`, `on` or `off`.
    case boolean
    /// A duration with a unit.
    case duration(ClosedRange<Duration>)
    /// A size with a unit, in bytes.
    case size(ClosedRange<Int>)
    /// One of these words; `later` are words of the format that this version does not support.
    case word([String], later: [String])
    /// A list with at least so many items.
    case list(DirectiveType, minimum: Int)
    /// A list, or one item without brackets.
    case oneOrMore(DirectiveType)
    /// Text, or `null`.
    case textOrNull
    /// Text, or without quotes also a number, `true` or `false`: the value of a claim.
    case claimValue
    /// A fixed set of keys.
    case section([Directive])
    /// One of these words, or the other type.
    case wordOr([String], DirectiveType)
    /// Keys chosen by the user, each with a value of this type.
    case map(DirectiveType)

    /// The type in words, for messages and documentation.
    package var description: String {
        switch self {
        case .text: "text"
        case .url: "a URL"
        case .path: "a path"
        case .integer: "a whole number"
        case .boolean: "`true` or `false`"
        case .duration: "a duration like `5s`"
        case .size: "a size like `10MiB`"
        case .word(let words, _): Self.choice(words)
        case .list(let item, _): "a list of \(item.plural)"
        case .oneOrMore(let item): "\(item.description), or a list of \(item.plural)"
        case .textOrNull: "text or `null`"
        case .claimValue: "text, a number, `true` or `false`"
        case .section: "a section"
        case .wordOr(let words, let other): "\(Self.choice(words)), or \(other.description)"
        case .map(let item): "pairs of a name and \(item.description)"
        }
    }

    /// The unit of the plain value that results: `milliseconds`, `bytes`, or nothing.
    package var unit: String? {
        switch self {
        case .duration: "milliseconds"
        case .size: "bytes"
        default: nil
        }
    }

    /// The keys one level below, through lists and alternatives.
    package var directives: [Directive] {
        switch self {
        case .section(let directives): directives
        case .list(let inner, _), .oneOrMore(let inner), .wordOr(_, let inner), .map(let inner): inner.directives
        case .text, .url, .path, .integer, .boolean, .duration, .size, .word, .textOrNull, .claimValue: []
        }
    }

    private var plural: String {
        switch self {
        case .text, .textOrNull: "texts"
        case .url: "URLs"
        case .path: "paths"
        case .integer: "whole numbers"
        case .section: "sections"
        case .word(let words, _): Self.choice(words)
        default: "values"
        }
    }

    private static func choice(_ words: [String]) -> String {
        let quoted = words.map { "`\($0)`" }
        guard quoted.count > 1, let last = quoted.last else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }
}
