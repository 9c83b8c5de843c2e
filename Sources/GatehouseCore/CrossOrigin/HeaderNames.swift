/// The header names that a preflight may ask for; compared without case (RFC 9110 section 5.1).
struct HeaderNames: Sendable {
    private let lowered: [[UInt8]]

    /// The set of the names given.
    init(_ names: [String]) {
        self.lowered = names.map { $0.utf8.map { lowercased($0) } }
    }

    /// Whether every name in a comma-separated list is in the set.
    ///
    /// Empty elements are skipped (RFC 9110 section 5.6.1.2); anything that is no name is in no set.
    func containsAll(of bytes: [UInt8], _ list: Range<Int>) -> Bool {
        let list = list.clamped(to: bytes.indices)
        var start = list.lowerBound
        while start <= list.upperBound {
            var end = start
            while end < list.upperBound, bytes[end] != Byte.comma { end += 1 }
            let element = HeaderNames.trimmed(bytes, start..<end)
            guard element.isEmpty || self.contains(bytes, element) else { return false }
            start = end + 1
        }
        return true
    }

    private func contains(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        self.lowered.contains { name in
            guard name.count == range.count else { return false }
            return name.indices.allSatisfy { name[$0] == lowercased(bytes[range.lowerBound + $0]) }
        }
    }

    private static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }
}
