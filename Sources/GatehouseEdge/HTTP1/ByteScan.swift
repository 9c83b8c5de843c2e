/// Scanning of bytes eight at a time, and the character classes of RFC 9110 section 5.6.2.
enum ByteScan {
    static let carriageReturn: UInt8 = 0x0D
    static let lineFeed: UInt8 = 0x0A
    static let space: UInt8 = 0x20
    static let tab: UInt8 = 0x09
    static let colon: UInt8 = 0x3A

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The offset of the first control byte other than HTAB at or behind `start`, or `end` if there is none.
    ///
    /// DEL counts as a control byte; bytes from 0x80 on do not (obs-text).
    @inline(__always)
    static func firstControl(_ bytes: RawSpan, from start: Int, to end: Int) -> Int {
        var index = start
        while true {
            while index &+ 8 <= end {
                let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
                let deleted = word ^ (ones &* 0x7F)
                let hit = ((word &- ones &* 0x20) & ~word | (deleted &- ones) & ~deleted) & highBits
                if hit != 0 {
                    index &+= hit.trailingZeroBitCount >> 3
                    break
                }
                index &+= 8
            }
            guard index < end else { return end }
            let byte = byte(bytes, index)
            if byte < 0x20 ? byte != tab : byte == 0x7F { return index }
            index &+= 1
        }
    }

    /// The byte at an offset; an offset outside the span traps, so callers compare with the end first.
    @inline(__always)
    static func byte(_ bytes: RawSpan, _ index: Int) -> UInt8 {
        unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }

    /// Whether the byte may stand in a token (RFC 9110 section 5.6.2).
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        // Bits of !#$%&'*+-. and digits; then letters, ^_`|~.
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        let word = byte < 64 ? low : byte < 128 ? high : 0
        return (word >> UInt64(byte & 63)) & 1 != 0
    }

    /// Whether the byte may stand in a request target: visible ASCII without `"`, `#`, `<`, `>`, `\`, `^`, backtick, `{`, `|`, `}`.
    @inline(__always)
    static func isTarget(_ byte: UInt8) -> Bool {
        let low: UInt64 = 0xAFFF_FFF2_0000_0000
        let high: UInt64 = 0x47FF_FFFE_AFFF_FFFF
        let word = byte < 64 ? low : byte < 128 ? high : 0
        return (word >> UInt64(byte & 63)) & 1 != 0
    }

    /// The ASCII lower-case form of a byte.
    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 65 < 26 ? byte | 0x20 : byte
    }

    /// Whether the range holds the lower-case text, without regard to ASCII case.
    static func equals(_ bytes: RawSpan, _ range: Range<Int>, _ lowered: StaticString) -> Bool {
        guard range.count == lowered.utf8CodeUnitCount else { return false }
        for (offset, index) in range.enumerated() {
            if unsafe lowercased(byte(bytes, index)) != lowered.utf8Start[offset] { return false }
        }
        return true
    }

    /// The range without the spaces and tabs at its ends.
    @inline(__always)
    static func trimmed(_ bytes: RawSpan, _ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, isBlank(byte(bytes, lower)) { lower &+= 1 }
        while upper > lower, isBlank(byte(bytes, upper &- 1)) { upper &-= 1 }
        return lower..<upper
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == tab
    }

    /// Reads decimal digits only; nil for anything else, for a leading zero before other digits and for over 18 digits.
    static func decimal(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        guard (1...18).contains(range.count) else { return nil }
        if range.count > 1, byte(bytes, range.lowerBound) == 0x30 { return nil }
        var value = 0
        for index in range {
            let digit = byte(bytes, index) &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }

    /// Calls `body` with each element of a comma-separated list, blanks around it removed; empty ones are left out.
    static func forEachElement<Failure: Error>(
        _ bytes: RawSpan,
        _ range: Range<Int>,
        _ body: (Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        var start = range.lowerBound
        var index = start
        while index <= range.upperBound {
            if index == range.upperBound || byte(bytes, index) == 0x2C {
                let element = trimmed(bytes, start..<index)
                if !element.isEmpty { try body(element) }
                start = index &+ 1
            }
            index &+= 1
        }
    }
}
