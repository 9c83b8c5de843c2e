/// What makes a test slow or flaky.
enum TestHabits {
    /// Waiting for a while in place of waiting for something.
    ///
    /// `TestSupport` polls for conditions, each with a deadline. A pause that is the point of a test, such as that of a client
    /// that is slow, has its `// house:` reason.
    static func pauses(in file: SourceText) -> [Violation] {
        guard file.path.hasPrefix("Tests/"), file.target != "TestSupport" else { return [] }
        return file.matches(#/\b(?:usleep|nanosleep|sleep)\(/#).filter { !file.hasReason(at: $0.line) }.map {
            file.violation(
                at: $0.line,
                "`\($0.text)` waits for time; wait for the condition, or give a `// house:` reason"
            )
        }
    }
}
