/// Tokens of RFC 9110 section 5.6.2: names of header fields and methods.
enum FieldToken {
    /// Whether the text is a token of at most 128 bytes.
    static func isValid(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 128 else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: marks.contains(byte)
            }
        }
    }

    private static let marks = Set("!#$%&'*+-.^_`|~".utf8)
}
