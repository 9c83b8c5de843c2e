/// Reads a tree of nodes by the table of directives: unknown keys, missing keys, wrong types, defaults.
///
/// What has an error is said once and left out, so that what follows does not complain again.
struct SchemaReader {
    let context: ReadingContext

    /// Reads the keys of one section; `name` is what messages call it, empty for the file.
    func section(
        _ directives: [Directive],
        _ entries: [ConfigurationNode.Entry],
        at position: Position,
        name: String
    ) -> ResolvedSection {
        var values: [String: ResolvedValue] = [:]
        var written: [String: Position] = [:]
        for entry in entries {
            written[entry.key] = entry.keyPosition
            guard let directive = directives.first(where: { $0.name == entry.key }) else {
                reportUnknown(entry, among: directives, in: name)
                continue
            }
            if directive.isSecret {
                hide(entry.value, of: directive.type)
            }
            guard directive.availability == .built else {
                hideSecrets(of: directive, in: entry.value)
                context.diagnostics.error("\(entry.key): \(ReadingContext.notSupported)", at: entry.keyPosition)
                continue
            }
            values[entry.key] = value(of: directive, entry)
        }
        for directive in directives where written[directive.name] == nil {
            if let value = absent(directive) {
                values[directive.name] = value
            } else if isRequired(directive, beside: written) {
                let place = name.isEmpty ? "" : " in `\(name)`"
                context.diagnostics.error("`\(directive.name)` is missing\(place)", at: position, hint: directive.help)
            }
        }
        return ResolvedSection(directives: directives, position: position, writtenKeys: written, values: values)
    }

    private func isRequired(_ directive: Directive, beside written: [String: Position]) -> Bool {
        switch directive.presence {
        case .required: true
        case .requiredUnless(let other): written[other] == nil
        case .requiredUnlessVariable(let name): context.environment[name, default: ""].isEmpty
        case .optional, .defaults, .defaultsToList, .defaultsToEmptySection: false
        }
    }

    /// The value of a key that is not in the file.
    private func absent(_ directive: Directive) -> ResolvedValue? {
        switch directive.presence {
        case .required, .requiredUnless, .requiredUnlessVariable, .optional:
            return nil
        case .defaults(let text):
            let reader = ScalarReader(context: context)
            let content = try? reader.content(of: text, as: directive.type, name: directive.name)
            return content.map { ResolvedValue(content: $0, position: nil, origin: .builtIn, isSecret: false) }
        case .defaultsToList(let texts):
            let items = texts.map {
                ResolvedValue(content: .text($0), position: nil, origin: .builtIn, isSecret: false)
            }
            return ResolvedValue(content: .list(items), position: nil, origin: .builtIn, isSecret: false)
        case .defaultsToEmptySection:
            var values: [String: ResolvedValue] = [:]
            for inner in directive.type.directives {
                values[inner.name] = absent(inner)
            }
            let section = ResolvedSection(
                directives: directive.type.directives,
                position: nil,
                writtenKeys: [:],
                values: values
            )
            return ResolvedValue(content: .section(section), position: nil, origin: .builtIn, isSecret: false)
        }
    }

    private func value(of directive: Directive, _ entry: ConfigurationNode.Entry) -> ResolvedValue? {
        value(
            entry.value,
            as: directive.type,
            name: directive.name,
            isSecret: directive.isSecret,
            missingAt: entry.keyPosition
        )
    }

    /// Reads one value of any type.
    private func value(
        _ node: ConfigurationNode,
        as type: DirectiveType,
        name: String,
        isSecret: Bool,
        missingAt keyPosition: Position
    ) -> ResolvedValue? {
        switch (type, node.content) {
        case (.wordOr(_, .section(let directives)), .mapping):
            let section = DirectiveType.section(directives)
            return value(node, as: section, name: name, isSecret: isSecret, missingAt: keyPosition)
        case (.section(let directives), .mapping(let entries)):
            let section = section(directives, entries, at: node.position, name: name)
            return resolved(.section(section), node, isSecret: false)
        case (.map(let item), .mapping(let entries)):
            let pairs = pairs(entries, as: item, name: name)
            // A pair that is missing because of an error must not look like one that nobody wrote.
            return pairs.count == entries.count ? resolved(.map(pairs), node, isSecret: isSecret) : nil
        case (.list(let item, let minimum), .list(let items)):
            guard items.count >= minimum else {
                context.diagnostics.error("`\(name)` needs at least one entry", at: node.position)
                return nil
            }
            return list(items, as: item, name: name, isSecret: isSecret, node)
        case (.oneOrMore(let item), .list(let items)):
            guard !items.isEmpty else {
                context.diagnostics.error("`\(name)` needs at least one entry", at: node.position)
                return nil
            }
            return list(items, as: item, name: name, isSecret: isSecret, node)
        case (.oneOrMore(let item), .scalar):
            let only = value(node, as: item, name: name, isSecret: isSecret, missingAt: keyPosition)
            return only.flatMap { resolved(.list([$0]), node, isSecret: isSecret) }
        case (_, .scalar):
            let reader = ScalarReader(context: context)
            return reader.read(node, as: type, name: name, isSecret: isSecret, missingAt: keyPosition)
        default:
            reportShape(node, type, name)
            return nil
        }
    }

    private func list(
        _ items: [ConfigurationNode],
        as type: DirectiveType,
        name: String,
        isSecret: Bool,
        _ node: ConfigurationNode
    ) -> ResolvedValue {
        let values = items.compactMap {
            value($0, as: type, name: name, isSecret: isSecret, missingAt: $0.position)
        }
        return resolved(.list(values), node, isSecret: isSecret)
    }

    private func pairs(_ entries: [ConfigurationNode.Entry], as type: DirectiveType, name: String) -> [ResolvedPair] {
        entries.compactMap { entry in
            guard !entry.key.isEmpty else {
                context.diagnostics.error("an empty name in `\(name)`", at: entry.keyPosition)
                return nil
            }
            return value(entry.value, as: type, name: entry.key, isSecret: false, missingAt: entry.keyPosition)
                .map { ResolvedPair(key: entry.key, keyPosition: entry.keyPosition, value: $0) }
        }
    }

    private func resolved(_ content: ResolvedValue.Content, _ node: ConfigurationNode, isSecret: Bool) -> ResolvedValue
    {
        let origin = ValueOrigin.file(line: node.position.line, variables: [])
        return ResolvedValue(content: content, position: node.position, origin: origin, isSecret: isSecret)
    }

    private func reportShape(_ node: ConfigurationNode, _ type: DirectiveType, _ name: String) {
        let found =
            switch node.content {
            case .scalar: "one value"
            case .list: "a list"
            case .mapping: "a section"
            }
        context.diagnostics.error("`\(name)` must be \(type.description), not \(found)", at: node.position)
    }

    private func reportUnknown(_ entry: ConfigurationNode.Entry, among directives: [Directive], in name: String) {
        let nearest = NearestName.of(entry.key, among: directives.map(\.name))
        if SecretNames.isTelling(entry.key) || directives.contains(where: { $0.name == nearest && $0.isSecret }) {
            context.source.markSecret(from: entry.value.position, to: entry.value.end)
        } else if case .scalar = entry.value.content {
            hide(entry.value, of: .url)
        }
        let place = name.isEmpty ? "" : " in `\(name)`"
        context.diagnostics.error(
            "unknown key `\(Excerpt.of(entry.key))`\(place)",
            at: entry.keyPosition,
            hint: nearest.map { "did you mean `\($0)`?" } ?? ConfigurationSchema.hint(forMisplaced: entry.key)
        )
    }
}
