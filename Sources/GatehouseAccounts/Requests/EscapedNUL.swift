/// The escape `\u0000` in a body.
///
/// The strict reader refuses it as no text that may be signed or stored. In a body it is a flaw of one field, which no field's check lets
/// through, and not of the JSON: so it becomes U+0001, which no check lets through either.
enum EscapedNUL {
    /// The bytes, of the same length, with every such escape replaced.
    static func replaced(_ content: [UInt8]) -> [UInt8] {
        var bytes = content
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            // An escape is two bytes or six; stepping over both halves of `\\` keeps a backslash from beginning one twice.
            if bytes[index...].starts(with: self.escape) { bytes[index + 5] = UInt8(ascii: "1") }
            index += 2
        }
        return bytes
    }

    private static let escape = Array(#"\u0000"#.utf8)
}
