/// Ways around the compiler's checks: each with its reason, and few.
enum Escapes {
    /// How many `Sources` may hold.
    static let budget = 5

    /// Every escape of a file, with or without a reason.
    static func all(in file: SourceText) -> [Violation] {
        let escape = #/@unchecked\s+Sendable|nonisolated\(unsafe\)|\btry!|\bfatalError\(|\bas!|unowned\(unsafe\)/#
        return file.matches(escape).map {
            file.violation(at: $0.line, "\($0.text) needs `// house: reason` on or above the line")
        }
    }

    /// The escapes of a file that do not say why.
    static func unexplained(in file: SourceText) -> [Violation] {
        all(in: file).filter { !file.hasReason(at: $0.line - 1) }
    }

    /// What is over the budget in all files together.
    static func overBudget(in files: [SourceText]) -> [Violation] {
        let found = files.flatMap(all(in:))
        guard found.count > budget else { return [] }
        return [Violation(path: "Sources", line: 0, message: "\(found.count) escapes; at most \(budget): \(found)")]
    }
}
