/// Looks for an anchor that is used, before the text is parsed.
///
/// Composing a text with aliases of aliases takes time that grows without bound, so waiting for the tree to refuse them
/// would be too late. An anchor that nothing uses does no harm; the tree refuses it.
struct AnchorScan {
    private var anchors: [String: Position] = [:]
    private var aliases: Set<String> = []
    private var state = State.plain
    private var position = Position(line: 1, column: 0)

    private enum State {
        case plain, single, double, escaped, comment
    }

    /// The place of the first anchor that some alias uses, or nothing.
    static func firstUsedAnchor(in text: String) -> Position? {
        var scan = AnchorScan()
        scan.run(text)
        return scan.anchors.filter { scan.aliases.contains($0.key) }.map(\.value).min()
    }

    private mutating func run(_ text: String) {
        var before: Unicode.Scalar = "\n"
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            let isNewLine = scalar == "\n"
            position =
                isNewLine
                ? Position(line: position.line + 1, column: 0)
                : Position(line: position.line, column: position.column + 1)
            switch state {
            case .plain: plain(scalar, before, rest)
            case .single: state = scalar == "'" ? .plain : .single
            case .double: state = scalar == "\"" ? .plain : scalar == "\\" ? .escaped : .double
            case .escaped: state = .double
            case .comment: state = isNewLine ? .plain : .comment
            }
            before = scalar
        }
    }

    private mutating func plain(_ scalar: Unicode.Scalar, _ before: Unicode.Scalar, _ rest: Substring.UnicodeScalarView)
    {
        guard Self.isStart(before) else { return }
        switch scalar {
        case "'": state = .single
        case "\"": state = .double
        case "#": state = .comment
        case "&": anchors[Self.name(rest)] = anchors[Self.name(rest)] ?? position
        case "*": aliases.insert(Self.name(rest))
        default: break
        }
    }

    private static func name(_ rest: Substring.UnicodeScalarView) -> String {
        String(rest.prefix { !isEnd($0) })
    }

    /// Whether a value or key may begin behind this character.
    private static func isStart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\t", "\n", "\r", "[", "{", ",": true
        default: false
        }
    }

    private static func isEnd(_ scalar: Unicode.Scalar) -> Bool {
        isStart(scalar) || scalar == "]" || scalar == "}" || scalar == ":"
    }
}
