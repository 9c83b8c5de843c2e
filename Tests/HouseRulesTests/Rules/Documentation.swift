/// Declarations that cross a target say what they guarantee.
///
/// The formatter's own rule looks at `public` only.
enum Documentation {
    /// The `package` and `public` types and functions without a doc comment.
    static func missing(in file: SourceText) -> [Violation] {
        let declaration =
            #/
            ^\s* (?: @\S+\s+ )* (?: \w+ (?: \(\w+\) )? \s+ )* (?: package|public ) \s+ (?: \w+\s+ )*?
            (?: actor|class|enum|func|init|protocol|struct|subscript|typealias ) \b (?! \(rawValue: )
            /#
        return file.matches(declaration).compactMap { line, _ in
            guard !hasDocComment(file, above: line) else { return nil }
            return file.violation(at: line, "needs a doc comment: one sentence, then what it guarantees")
        }
    }

    /// The functions that are `public` though nothing is gained by it.
    static func needlesslyPublic(in file: SourceText) -> [Violation] {
        guard file.path.hasPrefix("Sources/") else { return [] }
        return file.matches(#/\bpublic\s+(?:\w+\s+)*?(?:func|init|subscript)\b/#).compactMap { line, _ in
            let attributes = attributeLines(file, above: line).map { file.code[$0] } + [file.code[line]]
            guard !attributes.contains(where: { $0.contains("@inlinable") }) else { return nil }
            return file.violation(at: line, "`public` is for small `@inlinable` functions; use `package`")
        }
    }

    private static func hasDocComment(_ file: SourceText, above index: Int) -> Bool {
        let top = attributeLines(file, above: index).last ?? index
        return top > 0 && file.lines[top - 1].trimmingSpaces().hasPrefix("///")
    }

    /// The lines directly above that hold only attributes or `//` comments, nearest first.
    private static func attributeLines(_ file: SourceText, above index: Int) -> [Int] {
        var found: [Int] = []
        var line = index - 1
        while line >= 0 {
            let text = file.lines[line].trimmingSpaces()
            let isComment = text.hasPrefix("//") && !text.hasPrefix("///")
            let isDeclaration = file.code[line].contains(#/\s(?:func|var|let)\s/#)
            guard isComment || (text.hasPrefix("@") && !isDeclaration) else { break }
            found.append(line)
            line -= 1
        }
        return found
    }
}
