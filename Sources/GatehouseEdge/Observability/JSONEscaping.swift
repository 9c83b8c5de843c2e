/// What has to become of bytes of unknown origin inside a JSON string.
enum JSONEscaping {
    /// One character, or one byte that is none.
    struct Scalar {
        /// How many source bytes it takes.
        var count: Int
        /// The code of the escape that it is written as, or nil if it is written as it stands.
        var escape: UInt16?
        /// Its length in UTF-8 once a reader has decoded it.
        var decodedCount: Int
    }

    /// How many bytes from the start are printable ASCII that needs no escape.
    static func plainPrefix(_ source: Span<UInt8>) -> Int {
        var place = 0
        while place &+ 8 <= source.count {
            let word = unsafe source.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
            guard JSONEscaping.isPlain(word) else { break }
            place &+= 8
        }
        while place < source.count, JSONEscaping.isPlain(source[place]) {
            place &+= 1
        }
        return place
    }

    /// How many source bytes fit into a value of `limit` bytes, room left for the mark if not all of them do.
    static func length(_ source: Span<UInt8>, limit: Int, mark: Int) -> Int {
        var place = 0
        var decoded = 0
        var cut = 0
        while place < source.count {
            let scalar = JSONEscaping.scalar(source, at: place)
            decoded &+= scalar.decodedCount
            guard decoded <= limit else { return cut }
            place &+= scalar.count
            if decoded <= limit &- mark { cut = place }
        }
        return source.count
    }

    /// Reads the character at a place that is inside of the source (RFC 3629 section 4 for what is one).
    static func scalar(_ source: Span<UInt8>, at place: Int) -> Scalar {
        let first = source[place]
        if first < 0x80 {
            return Scalar(count: 1, escape: JSONEscaping.isPlain(first) ? nil : UInt16(first), decodedCount: 1)
        }
        let count = JSONEscaping.sequenceLength(source, at: place)
        switch count {
        case 0:
            return Scalar(count: 1, escape: 0xFFFD, decodedCount: 3)
        case 2:
            let code = UInt16(first & 0x1F) << 6 | UInt16(source[place &+ 1] & 0x3F)
            // C1 controls steer some terminals like their 7-bit forms do.
            return Scalar(count: 2, escape: code < 0xA0 ? code : nil, decodedCount: 2)
        case 3:
            let code =
                UInt16(first & 0x0F) << 12 | UInt16(source[place &+ 1] & 0x3F) << 6 | UInt16(source[place &+ 2] & 0x3F)
            return Scalar(count: 3, escape: JSONEscaping.isUnruly(code) ? code : nil, decodedCount: 3)
        default:
            return Scalar(count: count, escape: nil, decodedCount: count)
        }
    }

    /// Whether a character ends lines for some readers, or turns the direction of what is shown (security A-21).
    private static func isUnruly(_ code: UInt16) -> Bool {
        switch code {
        case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// The length of the well-formed sequence that begins with a byte of 0x80 or more; zero if it is ill-formed.
    private static func sequenceLength(_ source: Span<UInt8>, at place: Int) -> Int {
        let first = source[place]
        let (count, second): (Int, ClosedRange<UInt8>) =
            switch first {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0x80...0xBF)
            }
        guard count > 0, place &+ count <= source.count, second.contains(source[place &+ 1]) else { return 0 }
        var index = 2
        while index < count {
            guard source[place &+ index] & 0xC0 == 0x80 else { return 0 }
            index &+= 1
        }
        return count
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C
    }

    /// Whether all eight bytes are plain: no high bit, none below 0x20, none equal to `"`, `\` or DEL.
    ///
    /// The classic test for a zero byte, `(x - 0x01..) & ~x & 0x80..`, on the word with each byte to be found turned to
    /// zero; it may only err towards "not plain", which costs a second look.
    private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let delete = word ^ (ones &* 0x7F)
        let low = (word &- ones &* 0x20) & ~word
        let found =
            (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (delete &- ones) & ~delete | low | word
        return found & highs == 0
    }
}
