/// One place that breaks one rule.
struct Violation: CustomStringConvertible, Equatable {
    let path: String
    /// Counted from 1; 0 if the whole file is meant.
    let line: Int
    /// What is wrong and what to do instead.
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}
