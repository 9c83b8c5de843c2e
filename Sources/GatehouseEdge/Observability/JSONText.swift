/// JSON under construction, as bytes that keep their storage from line to line.
///
/// Strings are escaped byte by byte, so that nothing that a client sends can end a string, a line, or confuse a
/// terminal: `"` and `\` are escaped, control characters become `\u00XX`, bytes that are no UTF-8 become `\ufffd`.
/// Appending makes no allocation once the storage has grown to the usual size.
struct JSONText {
    /// The longest string value in bytes of UTF-8, its mark included (security L-08).
    static let longestString = 1024
    /// What a value that was cut off ends with.
    static let truncationMark: StaticString = "...[truncated]"

    /// What has been written so far.
    var bytes: [UInt8] = []

    /// Appends text that is JSON already.
    @inline(__always)
    mutating func append(_ text: StaticString) {
        unsafe self.bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a string value with its quotation marks.
    mutating func appendString(_ text: String) {
        self.appendString(text.utf8.span)
    }

    /// Appends a range of bytes as a string value; what is outside of the array is left out.
    mutating func appendString(_ source: [UInt8], _ range: Range<Int>) {
        let span = source.span
        self.appendString(span.extracting(range.clamped(to: 0..<span.count)))
    }

    /// Appends bytes as a string value with its quotation marks.
    mutating func appendString(_ source: Span<UInt8>) {
        self.bytes.append(0x22)
        let plain = JSONEscaping.plainPrefix(source)
        if plain == source.count, plain <= JSONText.longestString {
            self.copy(source)
        } else {
            self.appendEscaped(source)
        }
        self.bytes.append(0x22)
    }

    /// Appends a number in decimal.
    mutating func appendInteger(_ value: UInt64) {
        if value < 100_000_000 {
            self.appendWord(value)
            return
        }
        var rest = value
        // Written backwards, 20 digits at most.
        var digits: InlineArray<20, UInt8> = .init(repeating: 0x30)
        var place = 20
        while rest > 0, place > 0 {
            place &-= 1
            digits[place] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        while place < 20 {
            self.bytes.append(digits[place])
            place &+= 1
        }
    }

    /// Appends at most eight digits: written backwards into one word, which is then copied.
    private mutating func appendWord(_ value: UInt64) {
        var rest = value
        var word: UInt64 = 0
        var count = 0
        repeat {
            word = word << 8 | (0x30 &+ rest % 10)
            rest /= 10
            count &+= 1
        } while rest > 0
        unsafe withUnsafeBytes(of: word.littleEndian) { unsafe self.bytes.append(contentsOf: $0.prefix(count)) }
    }

    /// Appends nanoseconds as milliseconds with three decimals.
    mutating func appendMilliseconds(nanoseconds: UInt64) {
        let microseconds = nanoseconds / 1000
        self.appendInteger(microseconds / 1000)
        let fraction = microseconds % 1000
        self.bytes.append(0x2E)
        self.bytes.append(0x30 &+ UInt8(truncatingIfNeeded: fraction / 100))
        self.bytes.append(0x30 &+ UInt8(truncatingIfNeeded: fraction / 10 % 10))
        self.bytes.append(0x30 &+ UInt8(truncatingIfNeeded: fraction % 10))
    }

    /// Copies runs of what needs no escape and escapes the rest, until the value is as long as it may be.
    private mutating func appendEscaped(_ source: Span<UInt8>) {
        let mark = JSONText.truncationMark
        let cut = JSONEscaping.length(source, limit: JSONText.longestString, mark: mark.utf8CodeUnitCount)
        var place = 0
        var run = 0
        while place < cut {
            let scalar = JSONEscaping.scalar(source, at: place)
            if let code = scalar.escape {
                self.copy(source.extracting(run..<place))
                self.appendEscape(code)
                run = place &+ scalar.count
            }
            place &+= scalar.count
        }
        self.copy(source.extracting(run..<cut))
        if cut < source.count { self.append(mark) }
    }

    @inline(__always)
    private mutating func copy(_ source: Span<UInt8>) {
        unsafe source.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
    }

    private mutating func appendEscape(_ code: UInt16) {
        switch code {
        case 0x22, 0x5C:
            self.bytes.append(0x5C)
            self.bytes.append(UInt8(truncatingIfNeeded: code))
        default:
            self.append("\\u")
            var shift: UInt16 = 16
            while shift > 0 {
                shift &-= 4
                let nibble = UInt8(truncatingIfNeeded: (code >> shift) & 0xF)
                self.bytes.append(nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble)
            }
        }
    }
}
