internal import GatehouseCore

/// Reads one scalar by the type of its directive, variables expanded.
struct ScalarReader {
    let context: ReadingContext

    /// The value, or nothing with an error said.
    func read(
        _ node: ConfigurationNode,
        as type: DirectiveType,
        name: String,
        isSecret: Bool,
        missingAt keyPosition: Position
    ) -> ResolvedValue? {
        guard case .scalar(let written, let isPlain) = node.content else { return nil }
        if node.isNull {
            return null(node, as: type, name: name, missingAt: keyPosition)
        }
        do {
            let expanded = try VariableExpansion(environment: context.environment).expand(written)
            var content = try content(of: expanded.text, as: type, name: name)
            if case .claim(let value) = content, isPlain {
                content = .claim(ClaimValue(plain: value.text))
            }
            let origin = ValueOrigin.file(line: node.position.line, variables: expanded.names)
            return ResolvedValue(content: content, position: node.position, origin: origin, isSecret: isSecret)
        } catch {
            // A flaw of a secret must not quote it.
            let isHidden = isSecret && error.quotesScalar
            let message = isHidden ? "`\(name)` is not usable" : error.message
            let place = message.contains("`\(name)`") ? message : "\(name): \(message)"
            context.diagnostics.error(place, at: node.position, hint: isHidden ? nil : error.hint)
            return nil
        }
    }

    /// The content of a text that stands for a value of this type.
    func content(of text: String, as type: DirectiveType, name: String) throws(ScalarFlaw) -> ResolvedValue.Content {
        switch type {
        case .text, .url, .textOrNull:
            return .text(try plainText(text, name: name))
        case .claimValue:
            return .claim(.text(try plainText(text, name: name)))
        case .path:
            return .text(context.absolute(try plainText(text, name: name)))
        case .integer(let range):
            return .integer(try ScalarParsing.integer(text, within: range))
        case .boolean:
            return .boolean(try ScalarParsing.boolean(text))
        case .duration(let range):
            return .duration(try ScalarParsing.duration(text, within: range), text)
        case .size(let range):
            return .size(try ScalarParsing.size(text, within: range), text)
        case .word(let words, let later):
            return .text(try word(text, among: words, later: later))
        case .wordOr(let words, let other):
            if words.contains(text) {
                return .text(text)
            }
            return try alternative(text, words: words, other: other, name: name)
        case .list, .oneOrMore, .section, .map:
            throw ScalarFlaw("`\(name)` must be \(type.description), not one value")
        }
    }

    private func null(
        _ node: ConfigurationNode,
        as type: DirectiveType,
        name: String,
        missingAt keyPosition: Position
    ) -> ResolvedValue? {
        guard case .textOrNull = type else {
            let position = node.position.line == keyPosition.line ? node.position : keyPosition
            context.diagnostics.error("`\(name)` needs a value: \(type.description)", at: position)
            return nil
        }
        let origin = ValueOrigin.file(line: node.position.line, variables: [])
        return ResolvedValue(content: .null, position: node.position, origin: origin, isSecret: false)
    }

    private func plainText(_ text: String, name: String) throws(ScalarFlaw) -> String {
        guard !text.isEmpty else {
            throw ScalarFlaw("`\(name)` is empty", quotesScalar: false)
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw ScalarFlaw("`\(name)` holds a control character or a line break", quotesScalar: false)
        }
        guard text.utf8.count <= Self.longestText else {
            throw ScalarFlaw("`\(name)` is longer than \(Self.longestText) bytes", quotesScalar: false)
        }
        return text
    }

    private func word(_ text: String, among words: [String], later: [String]) throws(ScalarFlaw) -> String {
        if words.contains(text) {
            return text
        }
        if later.contains(text) {
            throw ScalarFlaw("`\(text)`: \(ReadingContext.notSupported)")
        }
        let choice = DirectiveType.word(words, later: []).description
        let nearest = NearestName.of(text, among: words)
        throw ScalarFlaw("`\(Excerpt.of(text))` is not \(choice)", hint: nearest.map { "did you mean `\($0)`?" })
    }

    private func alternative(
        _ text: String,
        words: [String],
        other: DirectiveType,
        name: String
    ) throws(ScalarFlaw) -> ResolvedValue.Content {
        let first = text.unicodeScalars.first
        if case .integer = other, let first, ("0"..."9").contains(first) {
            return try content(of: text, as: other, name: name)
        }
        let type = DirectiveType.wordOr(words, other)
        let nearest = NearestName.of(text, among: words)
        throw ScalarFlaw(
            "`\(Excerpt.of(text))` is not \(type.description)",
            hint: nearest.map { "did you mean `\($0)`?" }
        )
    }

    private static let longestText = 8192
}
