/// Text and bytes as they travel.
///
/// Attack strings are written as text in which one scalar is one byte (Latin-1), so that every byte value can be
/// written in a literal: `\u{80}` is the byte 0x80.
package enum Wire {
    /// The bytes of a text of which every scalar is one byte.
    package static func bytes(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }

    /// The text in which each byte is one scalar; it never fails and loses nothing.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: bytes.map { Unicode.Scalar($0) })
        return String(scalars)
    }

    /// The bytes on one line with everything unprintable escaped, cut after `limit` bytes, for reports.
    package static func printable(_ bytes: [UInt8], limit: Int = 400) -> String {
        var line = ""
        for byte in bytes.prefix(limit) {
            switch byte {
            case 0x0D: line += "\\r"
            case 0x0A: line += "\\n"
            case 0x5C: line += "\\\\"
            case 0x20...0x7E: line.unicodeScalars.append(Unicode.Scalar(byte))
            default: line += "\\x" + hexadecimal(byte)
            }
        }
        return bytes.count > limit ? line + "... (\(bytes.count) bytes)" : line
    }

    /// Where `needle` begins in `haystack` at or after `start`, or nil.
    package static func index(of needle: [UInt8], in haystack: [UInt8], from start: Int = 0) -> Int? {
        guard let first = needle.first, haystack.count >= needle.count, start >= 0 else { return nil }
        var position = start
        let last = haystack.count - needle.count
        while position <= last {
            if haystack[position] == first, haystack[position..<position + needle.count].elementsEqual(needle) {
                return position
            }
            position += 1
        }
        return nil
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
