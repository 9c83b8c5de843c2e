/// Replaces `${NAME}`, `${NAME:-default}` and `${NAME:?message}` in one scalar; `$${` stands for `${`.
///
/// Expansion happens after parsing, so no value can change the structure of the file. A default is taken literally.
struct VariableExpansion {
    let environment: [String: String]

    /// A scalar with its variables replaced, and their names.
    struct Expanded {
        var text: String
        var names: [String]
    }

    /// The expanded text, or what is wrong; a flaw never holds a variable's value.
    func expand(_ text: String) throws(ScalarFlaw) -> Expanded {
        var expanded = Expanded(text: "", names: [])
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            expanded.text += rest[..<dollar]
            let behind = rest[dollar...]
            if behind.hasPrefix("$${") {
                expanded.text += "${"
                rest = behind.dropFirst(3)
            } else if behind.hasPrefix("${") {
                let body = behind.dropFirst(2)
                guard let close = body.firstIndex(of: "}") else {
                    throw ScalarFlaw("`${` without `}`", hint: "write `$${` for a literal `${`", quotesScalar: false)
                }
                try append(body[..<close], to: &expanded)
                rest = body[body.index(after: close)...]
            } else {
                expanded.text += "$"
                rest = behind.dropFirst()
            }
        }
        expanded.text += rest
        return expanded
    }

    private func append(_ body: Substring, to expanded: inout Expanded) throws(ScalarFlaw) {
        let name = body.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let tail = body[name.endIndex...]
        guard let first = name.first, !first.isNumber else {
            throw ScalarFlaw("`${\(Excerpt.of(String(body)))}` names no variable", hint: "write `${NAME}`")
        }
        let value = environment[String(name)]
        expanded.names.append(String(name))
        if tail.isEmpty {
            guard let value else {
                let hint = "set it, or write `${\(name):-default}`"
                throw ScalarFlaw("`${\(name)}` is not set", hint: hint, quotesScalar: false)
            }
            expanded.text += value
        } else if tail.hasPrefix(":-") {
            expanded.text += value.flatMap { $0.isEmpty ? nil : $0 } ?? String(tail.dropFirst(2))
        } else if tail.hasPrefix(":?") {
            guard let value, !value.isEmpty else {
                let message = Excerpt.of(String(tail.dropFirst(2)))
                throw ScalarFlaw("`${\(name)}` is not set: \(message)", quotesScalar: false)
            }
            expanded.text += value
        } else {
            let hint = "write `${\(name)}`, `${\(name):-default}` or `${\(name):?message}`"
            throw ScalarFlaw("`${\(Excerpt.of(String(body)))}` is not understood", hint: hint)
        }
    }
}
