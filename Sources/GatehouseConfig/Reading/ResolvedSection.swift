/// A section whose values fit their types; keys that had an error are missing from `values`.
///
/// Used by one reader on one thread. `fill` completes it with defaults that depend on other keys, for the dump.
final class ResolvedSection {
    let directives: [Directive]
    /// Where the section begins; nothing if it is not in the file.
    let position: Position?
    /// The keys that stand in the file, good or bad.
    let writtenKeys: [String: Position]
    private(set) var values: [String: ResolvedValue]

    init(
        directives: [Directive],
        position: Position?,
        writtenKeys: [String: Position],
        values: [String: ResolvedValue]
    ) {
        self.directives = directives
        self.position = position
        self.writtenKeys = writtenKeys
        self.values = values
    }

    /// The value of a key, if it is there and good.
    subscript(_ key: String) -> ResolvedValue? {
        values[key]
    }

    /// Whether the key stands in the file, good or bad.
    func isWritten(_ key: String) -> Bool {
        writtenKeys[key] != nil
    }

    /// The place of a value, else of the section.
    func place(of key: String) -> Position? {
        values[key]?.position ?? writtenKeys[key] ?? position
    }

    /// Puts in what was found out after reading.
    func fill(_ key: String, _ content: ResolvedValue.Content, origin: ValueOrigin = .builtIn) {
        values[key] = ResolvedValue(content: content, position: nil, origin: origin, isSecret: false)
    }

    func text(_ key: String) -> String? {
        if case .text(let text)? = values[key]?.content { text } else { nil }
    }

    func integer(_ key: String) -> Int? {
        if case .integer(let integer)? = values[key]?.content { integer } else { nil }
    }

    func boolean(_ key: String) -> Bool? {
        if case .boolean(let boolean)? = values[key]?.content { boolean } else { nil }
    }

    func duration(_ key: String) -> Duration? {
        if case .duration(let duration, _)? = values[key]?.content { duration } else { nil }
    }

    func size(_ key: String) -> Int? {
        if case .size(let size, _)? = values[key]?.content { size } else { nil }
    }

    func list(_ key: String) -> [ResolvedValue]? {
        if case .list(let list)? = values[key]?.content { list } else { nil }
    }

    func section(_ key: String) -> ResolvedSection? {
        if case .section(let section)? = values[key]?.content { section } else { nil }
    }

    func map(_ key: String) -> [ResolvedPair]? {
        if case .map(let pairs)? = values[key]?.content { pairs } else { nil }
    }

    /// The texts of a list with their places.
    func texts(_ key: String) -> [(text: String, position: Position?)]? {
        list(key)?.compactMap { value in
            if case .text(let text) = value.content { (text, value.position ?? place(of: key)) } else { nil }
        }
    }

    /// The sections of a list.
    func sections(_ key: String) -> [ResolvedSection]? {
        list(key)?.compactMap { value in
            if case .section(let section) = value.content { section } else { nil }
        }
    }
}
