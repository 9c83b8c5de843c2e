internal import Yams

/// Copies a tree of Yams into ours, refusing what a configuration has no use for.
///
/// Used once for one document; each error is said once, and what is below it is not looked at.
final class NodeConverter {
    private let diagnostics: DiagnosticCollector
    /// The places of all keys and values in the order of the file.
    private var marks: [Position] = []

    init(diagnostics: DiagnosticCollector) {
        self.diagnostics = diagnostics
    }

    /// The root as our own tree, or nothing after an error.
    func convert(_ root: Yams.Node) -> ConfigurationNode? {
        guard let draft = draft(root, depth: 0) else { return nil }
        marks.sort()
        return finished(draft)
    }

    /// A node whose `end` is not known yet: it holds the last place within.
    private func draft(_ node: Yams.Node, depth: Int) -> ConfigurationNode? {
        let position = node.mark.map(Position.init) ?? Position(line: 1, column: 1)
        guard depth <= Self.deepest else {
            diagnostics.error("nested deeper than \(Self.deepest) levels", at: position)
            return nil
        }
        guard node.anchor == nil else {
            diagnostics.error("anchors and aliases are not allowed", at: position, hint: "write the value out")
            return nil
        }
        marks.append(position)
        switch node {
        case .scalar(let scalar):
            guard isImplicit(scalar.tag), !scalar.string.unicodeScalars.contains("\0") else {
                diagnostics.error("tags and NUL characters are not allowed", at: position)
                return nil
            }
            let content = ConfigurationNode.Content.scalar(scalar.string, isPlain: scalar.style == .plain)
            return ConfigurationNode(content: content, position: position, end: position)
        case .sequence(let sequence):
            return draftList(sequence, at: position, depth: depth)
        case .mapping(let mapping):
            return draftMapping(mapping, at: position, depth: depth)
        case .alias:
            diagnostics.error("anchors and aliases are not allowed", at: position, hint: "write the value out")
            return nil
        }
    }

    private func draftList(_ sequence: Yams.Node.Sequence, at position: Position, depth: Int) -> ConfigurationNode? {
        guard isImplicit(sequence.tag) else {
            diagnostics.error("tags are not allowed", at: position)
            return nil
        }
        let items = sequence.compactMap { draft($0, depth: depth + 1) }
        let last = items.last?.end ?? position
        return ConfigurationNode(content: .list(items), position: position, end: last)
    }

    private func draftMapping(_ mapping: Yams.Node.Mapping, at position: Position, depth: Int) -> ConfigurationNode? {
        guard isImplicit(mapping.tag) else {
            diagnostics.error("tags are not allowed", at: position)
            return nil
        }
        var entries: [ConfigurationNode.Entry] = []
        var places: [String: Position] = [:]
        for (key, value) in mapping {
            guard let name = draft(key, depth: depth + 1), case .scalar(let text, _) = name.content else {
                diagnostics.error("a key must be plain text", at: key.mark.map(Position.init) ?? position)
                continue
            }
            // Yams compares keys with their styles and tags; as text they are the same.
            if let first = places.updateValue(name.position, forKey: text) {
                let message = "`\(Excerpt.of(text))` is given twice; first at \(first.line):\(first.column)"
                diagnostics.error(message, at: name.position)
            }
            guard let value = draft(value, depth: depth + 1) else { continue }
            entries.append(ConfigurationNode.Entry(key: text, keyPosition: name.position, value: value))
        }
        let last = entries.last?.value.end ?? position
        return ConfigurationNode(content: .mapping(entries), position: position, end: last)
    }

    private func isImplicit(_ tag: Yams.Tag) -> Bool {
        // Quoted scalars carry the tag of text without anyone having written it.
        ["", "!", "?", "tag:yaml.org,2002:str"].contains(tag.description)
    }

    /// The node with `end` moved from the last place within to the first place behind.
    private func finished(_ node: ConfigurationNode) -> ConfigurationNode {
        let content: ConfigurationNode.Content =
            switch node.content {
            case .scalar: node.content
            case .list(let items): .list(items.map(finished))
            case .mapping(let entries):
                .mapping(
                    entries.map {
                        ConfigurationNode.Entry(key: $0.key, keyPosition: $0.keyPosition, value: finished($0.value))
                    }
                )
            }
        return ConfigurationNode(content: content, position: node.position, end: node.end.flatMap(firstMark(behind:)))
    }

    private func firstMark(behind position: Position) -> Position? {
        var low = 0
        var high = marks.count
        while low < high {
            let middle = low + (high - low) / 2
            if marks[middle] > position {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low < marks.count ? marks[low] : nil
    }

    private static let deepest = 32
}
