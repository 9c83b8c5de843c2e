/// A block of header fields in the form `name: value CRLF`, with a table of where each begins.
///
/// HTTP/1.1 copies `bytes` whole; a codec with other framing walks `fields`. Names and values given to `append` must be valid:
/// what comes from configuration is checked there, what comes from a token is encoded by the stage that renders it.
package struct FieldLines: Sendable {
    /// The lines, without the empty line that ends a head.
    package private(set) var bytes: [UInt8] = []
    /// One entry a line, ranges into `bytes`.
    package private(set) var fields: [Field] = []

    /// An empty block.
    package init() {}

    /// Whether there is no line.
    package var isEmpty: Bool {
        self.bytes.isEmpty
    }

    /// Empties the block and keeps its storage.
    package mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: true)
        self.fields.removeAll(keepingCapacity: true)
    }

    /// Appends a line with a known name; `value` appends the value's bytes.
    package mutating func append(_ name: FieldName, _ value: (inout [UInt8]) -> Void) {
        let start = self.bytes.count
        self.appendLead(name.spelling)
        self.finish(name, from: start, value)
    }

    /// Appends a line with a known name.
    package mutating func append(_ name: FieldName, _ value: String) {
        self.append(name) { $0.append(contentsOf: value.utf8) }
    }

    /// Appends a line with any name; `value` must be free of control bytes.
    package mutating func append(named name: String, value: [UInt8]) {
        let start = self.bytes.count
        self.bytes.append(contentsOf: name.utf8)
        self.bytes.append(0x3A)
        self.bytes.append(0x20)
        self.finish(FieldName.intern(name), from: start) { $0.append(contentsOf: value) }
    }

    /// Appends all lines of another block.
    package mutating func append(contentsOf other: FieldLines) {
        let shift = UInt32(truncatingIfNeeded: self.bytes.count)
        self.bytes.append(contentsOf: other.bytes)
        for var field in other.fields {
            field.nameStart &+= shift
            field.valueStart &+= shift
            field.lineEnd &+= shift
            self.fields.append(field)
        }
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

    private mutating func finish(_ name: FieldName, from start: Int, _ value: (inout [UInt8]) -> Void) {
        let valueStart = self.bytes.count
        value(&self.bytes)
        let valueEnd = self.bytes.count
        self.bytes.append(0x0D)
        self.bytes.append(0x0A)
        self.fields.append(
            Field(
                name: name,
                nameStart: start,
                nameCount: valueStart - start - 2,
                valueStart: valueStart,
                valueCount: valueEnd - valueStart,
                lineEnd: self.bytes.count
            )
        )
    }
}
