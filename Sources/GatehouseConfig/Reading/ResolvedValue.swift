internal import GatehouseCore

/// A value that fits its directive's type, with its place and its origin.
struct ResolvedValue {
    let content: Content
    /// The place in the file; a default has none.
    let position: Position?
    let origin: ValueOrigin
    let isSecret: Bool

    enum Content {
        case null
        case text(String)
        case integer(Int)
        case boolean(Bool)
        /// A value that a claim must have, with its type.
        case claim(ClaimValue)
        /// The duration and how it was written.
        case duration(Duration, String)
        /// The size in bytes and how it was written.
        case size(Int, String)
        case list([ResolvedValue])
        case section(ResolvedSection)
        case map([ResolvedPair])
    }

    /// Whether this is exactly that word.
    func isWord(_ word: String) -> Bool {
        if case .text(let text) = content { text == word } else { false }
    }
}

/// One pair of a map whose keys the user chooses.
struct ResolvedPair {
    let key: String
    let keyPosition: Position
    let value: ResolvedValue
}

/// Where a value comes from.
enum ValueOrigin: Sendable, Hashable {
    /// The file, with the variables that were expanded in it.
    case file(line: Int, variables: [String])
    /// Nowhere: it is the default.
    case builtIn
    /// This variable, which overrides the file.
    case environment(String)
}
