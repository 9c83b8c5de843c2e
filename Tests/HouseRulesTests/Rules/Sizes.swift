/// How long files and functions may be.
enum Sizes {
    static let fileLimit = 400
    static let functionLimit = 70

    /// The file, if it is too long.
    static func longFile(_ file: SourceText) -> [Violation] {
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        guard count > fileLimit else { return [] }
        return [file.violation(at: 0, "\(count) lines; at most \(fileLimit): split it by topic")]
    }

    /// The functions, initialisers and accessors of a file that are too long.
    static func longFunctions(in file: SourceText) -> [Violation] {
        functions(of: file).filter { $0.count > functionLimit }.map {
            file.violation(at: $0.line, "\($0.count) lines in one function; at most \(functionLimit): split it")
        }
    }

    private static func functions(of file: SourceText) -> [(line: Int, count: Int)] {
        let start = #/(?:^|[\s;{])(?:func\s|init[?(<]|deinit\s|subscript[(<]|var\s+\w+\s*:[^=]*\{\s*$)/#
        return file.code.indices.compactMap { index in
            guard let match = file.code[index].firstMatch(of: start) else { return nil }
            guard let end = endOfBody(in: file.code, line: index, from: match.range.lowerBound) else { return nil }
            return (index, end - index + 1)
        }
    }

    /// The line of the brace that closes the body of the declaration that begins at a place; nil if it has no body.
    private static func endOfBody(in code: [Substring], line first: Int, from start: Substring.Index) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in first..<code.count {
            let text = index == first ? code[index][start...] : code[index]
            if index > first, parentheses == 0, braces == 0, !continuesHead(text) { return nil }
            for character in text {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where parentheses == 0 || braces > 0: braces += 1
                case "}" where braces > 0:
                    braces -= 1
                    if braces == 0 { return index }
                // The enclosing type ends: what began was a requirement without a body.
                case "}" where parentheses == 0: return nil
                default: break
                }
            }
        }
        return nil
    }

    private static func continuesHead(_ line: Substring) -> Bool {
        let text = line.trimmingSpaces()
        return ["{", "->", "where", "throws", "async", ")"].contains { text.hasPrefix($0) }
    }
}
