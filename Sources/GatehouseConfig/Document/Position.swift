/// A place in a file: line and column from 1, the column in Unicode scalars.
struct Position: Sendable, Hashable, Comparable {
    let line: Int
    let column: Int

    static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
