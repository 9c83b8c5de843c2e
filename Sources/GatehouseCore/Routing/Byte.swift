/// Bytes of a request target by their meaning (RFC 3986), as masks: one shift tells the class of an ASCII byte.
enum Byte {
    static let percent: UInt8 = 0x25
    static let asterisk: UInt8 = 0x2A
    static let comma: UInt8 = 0x2C
    static let dash: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let backslash: UInt8 = 0x5C

    /// Whether the byte may be in a path as it is: pchar and `/` (RFC 3986 section 3.3), without `%`.
    @inline(__always)
    static func isInPath(_ byte: UInt8) -> Bool {
        byte == self.slash || byte == self.dot || byte == self.semicolon || self.isPlainInPath(byte)
    }

    /// Whether the byte may be in a path and neither parts, ends nor shapes a segment.
    @inline(__always)
    static func isPlainInPath(_ byte: UInt8) -> Bool {
        // low: ! $ & ' ( ) * + , - 0-9 : =     high: @ A-Z _ a-z ~
        self.isMember(byte, low: 0x27FF_3FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    }

    /// Whether an escape of the byte is the same as the byte itself (RFC 3986 section 2.3).
    @inline(__always)
    static func isUnreserved(_ byte: UInt8) -> Bool {
        // low: - . 0-9     high: A-Z _ a-z ~
        self.isMember(byte, low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// The lower case of an ASCII letter, any other byte as it is.
    static func lowerCase(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    /// The value of a hexadecimal digit, or nil.
    static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x41...0x46: byte &- 0x37
        case 0x61...0x66: byte &- 0x57
        default: nil
        }
    }

    /// The upper-case digit of a value below 16.
    static func hexadecimal(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 &+ value : 0x37 &+ value
    }

    @inline(__always)
    private static func isMember(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        let mask = byte < 64 ? low : high
        return byte < 128 && (mask &>> UInt64(byte & 63)) & 1 != 0
    }
}
