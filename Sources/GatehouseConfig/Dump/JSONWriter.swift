/// Writes a dump as JSON, keys in their own order.
enum JSONWriter {
    /// One value without spaces.
    static func text(_ node: DumpNode) -> String {
        switch node {
        case .null:
            "null"
        case .text(let text, _):
            quoted(text)
        case .literal(let text, _):
            text
        case .list(let items, _):
            "[\(items.map(text).joined(separator: ","))]"
        case .section(let pairs):
            "{\(pairs.map { "\(quoted($0.key)):\(text($0.value))" }.joined(separator: ","))}"
        }
    }

    /// A string in quotes (RFC 8259 section 7); YAML reads it alike.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
