/// Base64url without padding (RFC 7515 section 2, RFC 4648 section 5), in its one strict spelling.
package enum Base64URL {
    /// Encodes to ASCII bytes without padding.
    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        encode(bytes.span)
    }

    /// Encodes to ASCII bytes without padding.
    package static func encode(_ bytes: borrowing Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count / 3 + 1) * 4)
        var index = 0
        while index < bytes.count {
            let available = min(bytes.count - index, 3)
            var group = UInt32(bytes[index]) << 16
            if available > 1 { group |= UInt32(bytes[index + 1]) << 8 }
            if available > 2 { group |= UInt32(bytes[index + 2]) }
            var shift: UInt32 = 18
            for _ in 0...available {
                text.append(letter(UInt8(truncatingIfNeeded: group >> shift) & 0x3f))
                shift &-= 6
            }
            index += 3
        }
        return text
    }

    /// Encodes to a string without padding.
    package static func string(_ bytes: [UInt8]) -> String {
        String(decoding: encode(bytes), as: UTF8.self)
    }

    /// Decodes, or returns `nil` for anything but the one spelling that `encode` gives.
    ///
    /// Padding, white space, the `+` and `/` of plain Base64, a length of 1 modulo 4 and unused bits that are not zero
    /// are refused, so that one token has one spelling (RFC 4648 section 3.5).
    package static func decode(_ text: borrowing Span<UInt8>) -> [UInt8]? {
        let remainder = text.count % 4
        guard remainder != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        let values = Self.values.span
        // Every refused byte sets a high bit in `seen`, which is looked at once, after the loop.
        var seen: UInt8 = 0
        var index = 0
        while index &+ 4 <= text.count {
            let first = values[Int(text[index])]
            let second = values[Int(text[index &+ 1])]
            let third = values[Int(text[index &+ 2])]
            let fourth = values[Int(text[index &+ 3])]
            seen |= first | second | third | fourth
            bytes.append(first << 2 | second >> 4)
            bytes.append(second << 4 | third >> 2)
            bytes.append(third << 6 | fourth)
            index &+= 4
        }
        guard remainder > 0 else { return seen < 64 ? bytes : nil }
        let first = values[Int(text[index])]
        let second = values[Int(text[index &+ 1])]
        let third = remainder == 3 ? values[Int(text[index &+ 2])] : 0
        seen |= first | second | third
        // The bits that the last letter has beyond the last byte must be zero.
        let unused = remainder == 3 ? third & 0x03 : second & 0x0f
        guard seen < 64, unused == 0 else { return nil }
        bytes.append(first << 2 | second >> 4)
        if remainder == 3 { bytes.append(second << 4 | third >> 2) }
        return bytes
    }

    /// Decodes an array; see the other form.
    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        decode(text.span)
    }

    private static func letter(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: UInt8(ascii: "-")
        default: UInt8(ascii: "_")
        }
    }

    // One entry for every byte; 0xff marks the 192 bytes that are not letters of the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xff, count: 256)
        for value: UInt8 in 0..<64 { values[Int(letter(value))] = value }
        return values
    }()
}
