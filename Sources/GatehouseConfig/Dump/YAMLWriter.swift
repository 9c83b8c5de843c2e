internal import GatehouseCore

/// Writes a dump as YAML that `proxy.conf` can hold.
struct YAMLWriter {
    let file: String
    let showsOrigins: Bool

    /// The whole text, with a line end.
    func text(_ root: DumpNode) -> String {
        guard case .section(let pairs) = root else { return "" }
        return lines(pairs, indent: "").joined(separator: "\n") + "\n"
    }

    private func lines(_ pairs: [(key: String, value: DumpNode)], indent: String) -> [String] {
        pairs.flatMap { pair -> [String] in
            let start = "\(indent)\(Self.scalar(pair.key)):"
            switch pair.value {
            case .section(let inner):
                return inner.isEmpty ? ["\(start) {}"] : [start] + lines(inner, indent: indent + "  ")
            case .list(let items, let origin):
                guard pair.value.hasSections else {
                    return ["\(start) \(Self.flow(items))\(comment(origin))"]
                }
                return [start] + items.flatMap { entry($0, indent: indent + "  ") }
            case .null(let origin), .text(_, let origin), .literal(_, let origin):
                return ["\(start) \(Self.inline(pair.value))\(comment(origin))"]
            }
        }
    }

    private func entry(_ item: DumpNode, indent: String) -> [String] {
        guard case .section(let pairs) = item else { return ["\(indent)- \(Self.inline(item))"] }
        var lines = lines(pairs, indent: indent + "  ")
        if let first = lines.first {
            lines[0] = "\(indent)- \(first.dropFirst(indent.count + 2))"
        }
        return lines
    }

    private func comment(_ origin: ValueOrigin) -> String {
        showsOrigins ? "  # \(origin.text(file: file))" : ""
    }

    private static func flow(_ items: [DumpNode]) -> String {
        "[\(items.map(inline).joined(separator: ", "))]"
    }

    private static func inline(_ node: DumpNode) -> String {
        switch node {
        case .null: "null"
        case .text(let text, _): scalar(text)
        case .literal(let text, _): text
        case .list(let items, _): flow(items)
        case .section: "{}"
        }
    }

    /// The text, in quotes where YAML or another reader would take it for something else.
    private static func scalar(_ text: String) -> String {
        // What the reader would expand must stay what it is.
        let literal = text.replacing("${", with: "$${")
        return isPlain(literal) ? literal : JSONWriter.quoted(literal)
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, !["null", "true", "false", "yes", "no", "on"].contains(text),
            case .text = ClaimValue(plain: text)
        else { return false }
        let isName = (first >= 0x41 && first <= 0x5A) || (first >= 0x61 && first <= 0x7A) || first == 0x2F
        let isQuantity = (first >= 0x30 && first <= 0x39) && text.utf8.contains { $0 >= 0x41 && $0 != 0x5F }
        guard isName || isQuantity, !text.hasSuffix(":") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: harmless.contains(byte)
            }
        } && !text.contains(": ")
    }

    private static let harmless = Set("-._/:*@+=()".utf8)
}
