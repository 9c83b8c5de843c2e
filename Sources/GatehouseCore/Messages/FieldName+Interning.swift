extension FieldName {
    /// Finds the name that the bytes spell, without regard to case (RFC 9110 section 5.1).
    ///
    /// One table look-up and, as a rule, one comparison. Unknown names yield `.other`.
    package static func intern(_ bytes: RawSpan) -> FieldName {
        let count = bytes.byteCount
        guard count > 1, count <= InterningTable.longest else { return .other }
        let first = bytes.byte(0)
        let last = bytes.byte(count - 1)
        let table = InterningTable.shared
        var slot = table.heads[InterningTable.bucket(count: count, first: first, last: last)]
        while slot != 0 {
            let entry = table.entries[Int(slot)]
            if entry.lowered.count == count, entry.matches(bytes) {
                return entry.name
            }
            slot = entry.next
        }
        return .other
    }

    /// Finds the name that a string spells; for configuration, not for the data path.
    package static func intern(_ text: String) -> FieldName {
        let bytes = Array(text.utf8)
        return unsafe FieldName.intern(bytes.span.bytes)
    }
}

/// The known names by length, first and last letter, chained where two share a bucket.
private struct InterningTable: Sendable {
    static let shared = InterningTable()
    static let longest = 40

    var heads: [UInt8]
    var entries: [Entry]

    struct Entry: Sendable {
        var name: FieldName
        var lowered: [UInt8]
        var next: UInt8

        func matches(_ bytes: RawSpan) -> Bool {
            for index in self.lowered.indices where lowercased(bytes.byte(index)) != self.lowered[index] {
                return false
            }
            return true
        }
    }

    init() {
        self.heads = [UInt8](repeating: 0, count: 512)
        self.entries = [Entry(name: .other, lowered: [], next: 0)]
        for name in FieldName.allCases where name != .other {
            let lowered = name.spelling.description.utf8.map(lowercased)
            guard let first = lowered.first, let last = lowered.last else { continue }
            let bucket = InterningTable.bucket(count: lowered.count, first: first, last: last)
            self.entries.append(Entry(name: name, lowered: lowered, next: self.heads[bucket]))
            self.heads[bucket] = UInt8(truncatingIfNeeded: self.entries.count - 1)
        }
    }

    static func bucket(count: Int, first: UInt8, last: UInt8) -> Int {
        (count &* 37 &+ Int(first | 0x20) &* 11 &+ Int(last | 0x20) &* 3) & 511
    }
}

/// The ASCII lower-case form of a byte; other bytes stay as they are.
@inline(__always)
func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 65 < 26 ? byte | 0x20 : byte
}

extension RawSpan {
    /// The byte at an offset; an offset outside the span traps, as with an array.
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 {
        unsafe self.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
