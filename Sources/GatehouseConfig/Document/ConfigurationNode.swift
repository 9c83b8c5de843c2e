/// A YAML value with its place, without anything of YAML's own typing.
struct ConfigurationNode {
    let content: Content
    let position: Position
    /// Where the next value or key of the file begins, behind everything in this one; nothing at the end.
    let end: Position?

    indirect enum Content {
        /// Text as written; `isPlain` says that it stood without quotes.
        case scalar(String, isPlain: Bool)
        case list([ConfigurationNode])
        case mapping([Entry])
    }

    struct Entry {
        let key: String
        let keyPosition: Position
        let value: ConfigurationNode
    }

    /// Whether this is YAML's null: `null`, `~` or nothing at all, without quotes.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }
}
