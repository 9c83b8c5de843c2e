extension TraceContext {
    /// A trace that begins here, of 128 random bits; the span's id is mixed from them.
    init(beginning random: (high: UInt64, low: UInt64)) {
        self.init()
        self.traceHigh = random.high
        // An id of all zeros is none (W3C Trace Context section 3.2.2.3).
        self.traceLow = random.high | random.low == 0 ? 1 : random.low
        let span = TraceContext.mixed(random.high &+ TraceContext.mixed(random.low))
        self.span = span == 0 ? 1 : span
    }

    /// The trace that a `traceparent` names with a span of our own, or nil if it is malformed.
    ///
    /// Versions to come may append to the form of version 00; `ff` is no version (section 3.2.2).
    init?(continuing bytes: [UInt8], _ range: Range<Int>, span: UInt64) {
        let value = unsafe bytes.span.bytes.extracting(range.clamped(to: bytes.indices))
        guard value.byteCount >= 55, value.byte(2) == Byte.dash, value.byte(35) == Byte.dash,
            value.byte(52) == Byte.dash, let version = TraceContext.number(value, 0..<2), version != 0xFF,
            let high = TraceContext.number(value, 3..<19), let low = TraceContext.number(value, 19..<35),
            let parent = TraceContext.number(value, 36..<52), let flags = TraceContext.number(value, 53..<55),
            high | low != 0, parent != 0
        else { return nil }
        guard value.byteCount == 55 || (version != 0 && value.byte(55) == Byte.dash) else { return nil }
        self.init()
        self.traceHigh = high
        self.traceLow = low
        self.span = span
        self.isSampled = flags & 1 != 0
    }

    /// The value of lower-case hexadecimal digits; upper case is malformed.
    private static func number(_ bytes: RawSpan, _ range: Range<Int>) -> UInt64? {
        var value: UInt64 = 0
        for index in range {
            let byte = bytes.byte(index)
            guard let digit = Byte.hexadecimalDigit(byte), byte < 0x41 || byte > 0x46 else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    /// Spreads every bit over the word (the finaliser of SplitMix64); a span's id needs to be unique, not secret.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var word = value &+ 0x9E37_79B9_7F4A_7C15
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
