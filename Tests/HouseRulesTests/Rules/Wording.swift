/// Names and words that must not be in the project.
enum Wording {
    // Put together here, so that this file does not break its own rule.
    private static let unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
    private static let machine = ["/wo" + "rk/", "/fa" + "rm/", "/opt/" + "swift"]
    private static let vagueNames = ["Utils", "Utilities", "Helper", "Common", "Manager", "Misc"]

    /// Marks of unfinished work.
    static func unfinishedWork(in file: SourceText) -> [Violation] {
        find(unfinished, in: file) { "`\($0)`: finish it or leave it out" }
    }

    /// Paths of the machine that something was written on.
    static func machinePaths(in file: SourceText) -> [Violation] {
        find(machine, in: file) { "`\($0)` is a path of one machine" }
    }

    /// A file whose name says nothing.
    static func vagueName(of file: SourceText) -> [Violation] {
        vagueNames.filter { file.fileName.contains($0) }.map {
            file.violation(at: 0, "a file named `\($0)` holds anything; name it after what it is")
        }
    }

    /// A file that declares one type, under the name of another.
    static func misnamed(_ file: SourceText) -> [Violation] {
        guard file.path.hasPrefix("Sources/"), file.path.hasSuffix(".swift") else { return [] }
        guard !file.fileName.contains("+") else { return [] }
        let declaration = #/^(?:@\S+\s+)*(?:\w+\s+)*?(?:actor|class|enum|protocol|struct)\s+(\w+)/#
        let types = file.code.compactMap { $0.firstMatch(of: declaration).map { String($0.1) } }
        guard types.count == 1, file.fileName != "\(types[0]).swift" else { return [] }
        return [file.violation(at: 0, "declares `\(types[0])`; a file is named after its main type")]
    }

    private static func find(_ words: [String], in file: SourceText, message: (String) -> String) -> [Violation] {
        file.lines.enumerated().flatMap { index, line in
            words.filter { line.contains($0) }.map { file.violation(at: index, message($0)) }
        }
    }
}
