/// Writes JSON into one buffer: problem documents, records, tokens and what commands print.
///
/// Commas are its own business; the caller opens and closes. Text from strangers goes through `text`, which repairs it.
package struct JSONWriter {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty document.
    package init() {}

    /// Empties the document and keeps its storage.
    package mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: true)
        self.needsComma = false
    }

    /// Writes an object, whose members `body` writes.
    package mutating func object<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        self.open(0x7B)
        try body(&self)
        self.close(0x7D)
    }

    /// Writes an array, whose items `body` writes.
    package mutating func array<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        self.open(0x5B)
        try body(&self)
        self.close(0x5D)
    }

    /// Writes the name of a member; its value comes next.
    package mutating func name(_ name: String) {
        self.string(name)
        self.bytes.append(0x3A)
        self.needsComma = false
    }

    /// Writes a string.
    package mutating func string(_ value: String) {
        self.separate()
        self.bytes.append(0x22)
        JSONWriter.appendEscaped(value.utf8Span.span, to: &self.bytes)
        self.bytes.append(0x22)
    }

    /// Writes bytes that may be no UTF-8 and may hold anything, as a string of ASCII.
    ///
    /// Every character beyond ASCII is escaped, so that a reader's terminal or editor acts on none; broken UTF-8 becomes U+FFFD.
    package mutating func text(_ bytes: borrowing Span<UInt8>) {
        self.separate()
        self.bytes.append(0x22)
        JSONWriter.appendASCII(bytes, to: &self.bytes)
        self.bytes.append(0x22)
    }

    /// Writes a whole number.
    package mutating func integer(_ value: Int64) {
        self.separate()
        self.bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes a truth value.
    package mutating func bool(_ value: Bool) {
        self.separate()
        self.bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
    }

    /// Writes null.
    package mutating func null() {
        self.separate()
        self.bytes.append(contentsOf: "null".utf8)
    }

    /// Writes any value.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: self.null()
        case .bool(let truth): self.bool(truth)
        case .string(let text): self.string(text)
        case .number(let number):
            self.separate()
            self.bytes.append(contentsOf: number.text.utf8)
        case .array(let items):
            self.array { writer in items.forEach { writer.value($0) } }
        case .object(let object):
            self.object { writer in
                for member in object.members {
                    writer.name(member.name)
                    writer.value(member.value)
                }
            }
        }
    }

    private mutating func separate() {
        if self.needsComma { self.bytes.append(0x2C) }
        self.needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        self.separate()
        self.bytes.append(bracket)
        self.needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        self.bytes.append(bracket)
        self.needsComma = true
    }
}

extension JSONWriter {
    /// Appends valid UTF-8 with quotes, backslashes and control characters escaped, without the quotes around it.
    package static func appendEscaped(_ text: borrowing Span<UInt8>, to bytes: inout [UInt8]) {
        for index in text.indices {
            self.appendEscaped(text[index], to: &bytes)
        }
    }

    /// Appends bytes of any kind as escaped ASCII, without the quotes around it.
    package static func appendASCII(_ text: borrowing Span<UInt8>, to bytes: inout [UInt8]) {
        var index = 0
        while index < text.count {
            if text[index] < 0x80 {
                self.appendEscaped(text[index], to: &bytes)
                index += 1
                continue
            }
            var run: [UInt8] = []
            while index < text.count, text[index] >= 0x80 {
                run.append(text[index])
                index += 1
            }
            for unit in String(decoding: run, as: UTF8.self).utf16 {
                self.appendUnit(unit, to: &bytes)
            }
        }
    }

    private static func appendEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case 0x22, 0x5C:
            bytes.append(0x5C)
            bytes.append(byte)
        case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
        case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
        case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
        case 0..<0x20, 0x7F: self.appendUnit(UInt16(byte), to: &bytes)
        default: bytes.append(byte)
        }
    }

    private static func appendUnit(_ unit: UInt16, to bytes: inout [UInt8]) {
        bytes.append(0x5C)
        bytes.append(0x75)
        for shift in [12, 8, 4, 0] as [UInt16] {
            let nibble = UInt8(truncatingIfNeeded: (unit >> shift) & 0xF)
            bytes.append(nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble)
        }
    }
}
