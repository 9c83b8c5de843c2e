/// The media type of a body.
enum MediaType {
    /// Whether the `Content-Type` lines say JSON: one line, `application/json`, with no parameter but `charset=utf-8` (RFC 8259
    /// section 11 knows none, and other character sets are not JSON).
    static func isJSON(_ lines: [String]) -> Bool {
        guard lines.count == 1, let line = lines.first else { return false }
        let parts = line.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(self.trimmed)
        guard parts.first == "application/json" else { return false }
        return parts.dropFirst().allSatisfy { ["", "charset=utf-8", "charset=\"utf-8\""].contains($0) }
    }

    /// The text without blanks around it, in small letters.
    private static func trimmed(_ part: Substring.UTF8View) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        var part = part.drop(while: isBlank)
        while let last = part.last, isBlank(last) { part = part.dropLast() }
        return String(Substring(part)).lowercased()
    }
}
