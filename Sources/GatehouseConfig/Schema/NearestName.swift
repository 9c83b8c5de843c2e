/// Finds the name that was probably meant.
enum NearestName {
    /// The nearest of the names: at most two edits away, or one that begins with what was written, or the reverse.
    static func of(_ written: String, among names: [String]) -> String? {
        let folded = Array(written.lowercased().replacing("-", with: "_").utf8.prefix(longest))
        let ranked = names.map { (name: $0, distance: distance(folded, Array($0.utf8))) }
        if let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= allowed(for: best.name) {
            return best.name
        }
        guard folded.count >= 3 else { return nil }
        let text = String(decoding: folded, as: UTF8.self)
        return names.first { $0.hasPrefix(text) } ?? names.first { $0.count >= 3 && text.hasPrefix($0) }
    }

    /// Short names are near to everything; they get one edit only.
    private static func allowed(for name: String) -> Int {
        name.utf8.count <= 4 ? 1 : 2
    }

    /// The Levenshtein distance, with neighbours swapped counted as one edit.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (byte == other ? 0 : 1))
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }

    private static let longest = 64
}
