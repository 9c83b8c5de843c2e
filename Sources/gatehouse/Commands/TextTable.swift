/// Columns of text that begin below each other.
struct TextTable {
    private let heading: [String]
    private var rows: [[String]] = []

    init(_ heading: [String]) {
        self.heading = heading
    }

    /// Adds a row with one text for each column.
    mutating func add(_ row: [String]) {
        self.rows.append(row)
    }

    /// The lines, heading first, each with its end; no line has spaces at its end.
    var text: String {
        let all = [self.heading] + self.rows
        let widths = self.heading.indices.map { column in
            all.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let isLast = column == row.count - 1
                let width = column < widths.count ? widths[column] : 0
                line += isLast ? cell : cell + String(repeating: " ", count: width - cell.count + 2)
            }
            return line + "\n"
        }.joined()
    }
}
