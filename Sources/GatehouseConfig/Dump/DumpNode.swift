internal import GatehouseCore

/// One value of a dump; it no longer holds any secret.
indirect enum DumpNode: Sendable {
    case null(ValueOrigin)
    case text(String, ValueOrigin)
    /// Text that stands without quotes in YAML and JSON: numbers and truth values.
    case literal(String, ValueOrigin)
    case list([DumpNode], ValueOrigin)
    case section([(key: String, value: DumpNode)])

    init(_ section: ResolvedSection) {
        self = .section(
            section.directives.compactMap { directive in
                section[directive.name].map { (directive.name, DumpNode($0)) }
            }
        )
    }

    private init(_ value: ResolvedValue) {
        guard !value.isSecret else {
            self = .text("<redacted>", value.origin)
            return
        }
        self =
            switch value.content {
            case .null: .null(value.origin)
            case .text(let text), .duration(_, let text), .size(_, let text): .text(text, value.origin)
            case .integer(let integer): .literal(String(integer), value.origin)
            case .boolean(let boolean): .literal(String(boolean), value.origin)
            case .claim(.text(let text)): .text(text, value.origin)
            case .claim(let claim): .literal(claim.text, value.origin)
            case .list(let items): .list(items.map(DumpNode.init), value.origin)
            case .section(let section): DumpNode(section)
            case .map(let pairs): .section(pairs.map { ($0.key, DumpNode($0.value)) })
            }
    }

    /// Every value with its dotted path; a list of plain values counts as one.
    func leaves(below path: String) -> [(path: String, origin: ValueOrigin)] {
        switch self {
        case .null(let origin), .text(_, let origin), .literal(_, let origin):
            return [(path, origin)]
        case .list(let items, let origin):
            guard hasSections else { return [(path, origin)] }
            return items.enumerated().flatMap { index, item in item.leaves(below: "\(path)[\(index)]") }
        case .section(let pairs):
            return pairs.flatMap { pair in
                pair.value.leaves(below: path.isEmpty ? pair.key : "\(path).\(pair.key)")
            }
        }
    }

    /// Whether this is a list with a section in it.
    var hasSections: Bool {
        guard case .list(let items, _) = self else { return false }
        return items.contains { item in
            if case .section = item { true } else { false }
        }
    }
}
