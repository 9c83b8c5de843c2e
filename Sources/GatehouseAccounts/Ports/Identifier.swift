private import GatehouseCrypto

/// The id of a user, a session, an organisation or a team: a UUID of version 7 as lower-case text (RFC 9562 section 5.7).
///
/// Ids that were made later sort later, down to the millisecond; the other 74 bits are random, so that none can be guessed.
package struct Identifier: Sendable, Hashable {
    /// The 36 characters.
    package let text: String

    /// Makes a new one.
    ///
    /// - Parameter microseconds: The wall clock since 1970; only its milliseconds are kept.
    package init(madeAt microseconds: Int64) {
        var bytes = Random.bytes(16)
        let milliseconds = UInt64(clamping: microseconds / 1000)
        for index in 0..<6 {
            bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(8 * (5 - index)))
        }
        bytes[6] = 0x70 | bytes[6] & 0x0F
        bytes[8] = 0x80 | bytes[8] & 0x3F
        self.text = Identifier.spell(bytes)
    }

    /// Reads the one spelling that is in use; anything else is nil, and names nothing.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let fits =
                switch index {
                case 8, 13, 18, 23: byte == UInt8(ascii: "-")
                case 14: byte == UInt8(ascii: "7")
                case 19: "89ab".utf8.contains(byte)
                default: "0123456789abcdef".utf8.contains(byte)
                }
            guard fits else { return nil }
        }
        self.text = text
    }

    private static func spell(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0x0F)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
