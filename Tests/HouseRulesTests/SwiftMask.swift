/// Blanks out what only looks like code: comments, string literals and raw identifiers.
///
/// Lines and columns stay. A rough lexer, good for code that compiles: an interpolation counts as part of its literal.
struct SwiftMask {
    private let source: [UInt8]
    private var position = 0
    private var masked: [UInt8] = []

    /// The text with every character inside a comment or literal replaced by a space.
    static func masking(_ text: String) -> String {
        var mask = SwiftMask(source: Array(text.utf8))
        mask.run()
        return String(decoding: mask.masked, as: UTF8.self)
    }

    private init(source: [UInt8]) {
        self.source = source
        self.masked.reserveCapacity(source.count)
    }

    private mutating func run() {
        while position < source.count {
            if at("/", "/") {
                blank { !$0.at("\n") }
            } else if at("/", "*") {
                blankBlockComment()
            } else if let hashes = hashesBeforeQuote() {
                blankLiteral(hashes: hashes)
            } else if source[position] == UInt8(ascii: "`") {
                blankOne()
                blank { !$0.at("`") }
                blankOne()
            } else {
                masked.append(source[position])
                position += 1
            }
        }
    }

    private func at(_ character: Unicode.Scalar) -> Bool {
        source[position] == UInt8(ascii: character)
    }

    private func at(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
        at(first) && position + 1 < source.count && source[position + 1] == UInt8(ascii: second)
    }

    private func at(_ text: [UInt8]) -> Bool {
        guard position + text.count <= source.count else { return false }
        for offset in text.indices where source[position + offset] != text[offset] { return false }
        return true
    }

    private mutating func blankOne() {
        guard position < source.count else { return }
        masked.append(at("\n") ? UInt8(ascii: "\n") : UInt8(ascii: " "))
        position += 1
    }

    private mutating func blank(while condition: (SwiftMask) -> Bool) {
        while position < source.count, condition(self) { blankOne() }
    }

    private mutating func blank(count: Int) {
        for _ in 0..<count { blankOne() }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if at("/", "*") {
                depth += 1
                blank(count: 2)
            } else if at("*", "/") {
                depth -= 1
                blank(count: 2)
            } else {
                blankOne()
            }
        } while depth > 0 && position < source.count
    }

    /// The number of `#` before the quote that starts a literal here, if one does.
    private func hashesBeforeQuote() -> Int? {
        var end = position
        while end < source.count, source[end] == UInt8(ascii: "#") { end += 1 }
        guard end < source.count else { return nil }
        let isString = source[end] == UInt8(ascii: "\"")
        let isPattern = source[end] == UInt8(ascii: "/") && end > position
        return isString || isPattern ? end - position : nil
    }

    private mutating func blankLiteral(hashes: Int) {
        let quote = source[position + hashes]
        blank(count: hashes)
        let isString = quote == UInt8(ascii: "\"")
        let isMultiline = isString && at([quote, quote, quote])
        let hashMarks = Array(repeating: UInt8(ascii: "#"), count: hashes)
        let closing = Array(repeating: quote, count: isMultiline ? 3 : 1) + hashMarks
        let escape = [UInt8(ascii: "\\")] + (isString ? hashMarks : [])
        blank(count: isMultiline ? 3 : 1)
        while position < source.count, !at(closing) {
            if isString, at(escape + [UInt8(ascii: "(")]) {
                blank(count: escape.count)
                blankInterpolation()
            } else if at(escape) {
                blank(count: escape.count + 1)
            } else {
                blankOne()
            }
        }
        blank(count: closing.count)
    }

    private mutating func blankInterpolation() {
        var depth = 0
        repeat {
            if let hashes = hashesBeforeQuote() {
                blankLiteral(hashes: hashes)
                continue
            }
            if at("(") { depth += 1 }
            if at(")") { depth -= 1 }
            blankOne()
        } while depth > 0 && position < source.count
    }
}
