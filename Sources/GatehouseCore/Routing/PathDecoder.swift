/// Decodes the escapes of a path, once, and refuses those that hide something.
struct PathDecoder {
    /// The key so far.
    private(set) var bytes: [UInt8] = []
    private var text = UTF8Check()

    /// Makes a decoder with room for a key of so many bytes.
    init(capacity: Int) {
        self.bytes.reserveCapacity(capacity)
    }

    /// Appends a byte that was not escaped.
    mutating func appendLiteral(_ byte: UInt8) throws(Refusal) {
        guard self.text.isComplete else { throw .ambiguousPath(.invalidUTF8) }
        self.bytes.append(byte)
    }

    /// Appends what two digits behind a `%` stand for and returns it, or `%` if it stays an escape.
    mutating func appendEscape(_ first: UInt8, _ second: UInt8) throws(Refusal) -> UInt8 {
        guard let high = Byte.hexadecimalDigit(first), let low = Byte.hexadecimalDigit(second) else {
            throw .ambiguousPath(.malformedEscape)
        }
        let value = high << 4 | low
        guard self.text.accept(value) else { throw .ambiguousPath(.invalidUTF8) }
        switch value {
        case Byte.slash: throw .ambiguousPath(.encodedSlash)
        case Byte.backslash: throw .ambiguousPath(.backslash)
        case 0x00..<0x20, 0x7F: throw .ambiguousPath(.controlByte)
        default: break
        }
        if Byte.isUnreserved(value) {
            self.bytes.append(value)
            return value
        }
        self.bytes.append(Byte.percent)
        self.bytes.append(Byte.hexadecimal(high))
        self.bytes.append(Byte.hexadecimal(low))
        return Byte.percent
    }

    /// Ends the key.
    func finish() throws(Refusal) {
        guard self.text.isComplete else { throw .ambiguousPath(.invalidUTF8) }
    }
}

/// Follows a sequence of bytes and finds where it stops being UTF-8 (RFC 3629 section 4).
struct UTF8Check {
    private var pending = 0
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF

    /// Whether no character is unfinished.
    var isComplete: Bool {
        self.pending == 0
    }

    /// Takes the next byte; false for one that cannot follow, overlong forms and surrogates included.
    mutating func accept(_ byte: UInt8) -> Bool {
        guard self.pending == 0 else {
            guard (self.lower...self.upper).contains(byte) else { return false }
            self.expect(self.pending &- 1)
            return true
        }
        switch byte {
        case 0x00...0x7F: break
        case 0xC2...0xDF: self.expect(1)
        case 0xE0: self.expect(2, from: 0xA0)
        case 0xED: self.expect(2, to: 0x9F)
        case 0xE1...0xEF: self.expect(2)
        case 0xF0: self.expect(3, from: 0x90)
        case 0xF1...0xF3: self.expect(3)
        case 0xF4: self.expect(3, to: 0x8F)
        default: return false
        }
        return true
    }

    private mutating func expect(_ count: Int, from lower: UInt8 = 0x80, to upper: UInt8 = 0xBF) {
        self.pending = count
        self.lower = lower
        self.upper = upper
    }
}
