/// A block of header fields in the form `name: value CRLF`.
///
/// HTTP/1.1 copies `bytes` whole; a codec with other framing walks `fields`, which finds the lines again when it is asked: no table is
/// kept for those who only copy. Names and values given to `append` must be valid:
/// what comes from configuration is checked there, what comes from a token is encoded by the stage that renders it.
package struct FieldLines: Sendable {
    /// The lines, without the empty line that ends a head.
    package private(set) var bytes: [UInt8] = []

    /// An empty block.
    package init() {}

    /// Whether there is no line.
    package var isEmpty: Bool {
        self.bytes.isEmpty
    }

    /// Empties the block and keeps its storage.
    package mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: true)
    }

    /// One entry a line, ranges into `bytes`; found by looking through them.
    package var fields: [Field] {
        var fields: [Field] = []
        var start = 0
        while let colon = self.bytes[start...].firstIndex(of: 0x3A),
            let feed = self.bytes[colon...].firstIndex(of: 0x0A)
        {
            let name = Array(self.bytes[start..<colon])
            fields.append(
                Field(
                    name: unsafe FieldName.intern(name.span.bytes),
                    nameStart: start,
                    nameCount: colon - start,
                    valueStart: colon + 2,
                    valueCount: feed - 1 - (colon + 2),
                    lineEnd: feed + 1
                )
            )
            start = feed + 1
        }
        return fields
    }

    /// Appends a line with a known name; `value` appends the value's bytes.
    package mutating func append(_ name: FieldName, _ value: (inout [UInt8]) -> Void) {
        self.appendLead(name.spelling)
        value(&self.bytes)
        self.appendLineEnd()
    }

    /// Appends a line with a known name.
    package mutating func append(_ name: FieldName, _ value: String) {
        self.append(name) { $0.append(contentsOf: value.utf8) }
    }

    /// Appends a line with any name; `value` must be free of control bytes.
    package mutating func append(named name: String, value: [UInt8]) {
        self.bytes.append(contentsOf: name.utf8)
        self.bytes.append(0x3A)
        self.bytes.append(0x20)
        self.bytes.append(contentsOf: value)
        self.appendLineEnd()
    }

    /// Appends all lines of another block.
    package mutating func append(contentsOf other: FieldLines) {
        self.bytes.append(contentsOf: other.bytes)
    }

    /// Appends a name and what parts it from its value; the array's storage is looked at once for both.
    private mutating func appendLead(_ name: StaticString) {
        let count = name.utf8CodeUnitCount
        self.bytes.append(addingCapacity: count &+ 2) { (lead: inout OutputSpan<UInt8>) in
            unsafe lead.withUnsafeMutableBufferPointer { buffer, initialized in
                let spelling = unsafe UnsafeBufferPointer(start: name.utf8Start, count: count)
                _ = unsafe buffer[..<count].initialize(fromContentsOf: spelling)
                initialized = count
            }
            lead.append(0x3A)
            lead.append(0x20)
        }
    }

    private mutating func appendLineEnd() {
        self.bytes.append(0x0D)
        self.bytes.append(0x0A)
    }
}
