/// Names that stand in keys of stores, in header fields and in labels of metrics as they are.
enum PlainName {
    /// Whether the text is 1 to 64 of `[A-Za-z0-9_.-]`.
    static func isValid(_ text: some StringProtocol) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x2D: true
            default: false
            }
        }
    }
}
