/// The text form of an IP address.
enum AddressText {
    /// Formats 4 bytes as dotted decimals and 16 as RFC 5952 asks; any other length has no text.
    static func format(_ bytes: [UInt8]) -> String? {
        switch bytes.count {
        case 4: bytes.map { String($0) }.joined(separator: ".")
        case 16: version6(bytes)
        default: nil
        }
    }

    private static func version6(_ bytes: [UInt8]) -> String {
        let groups = stride(from: 0, to: 16, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
        let words = groups.map { String($0, radix: 16) }
        // RFC 5952 section 4.2: the first of the longest runs of two or more zero groups becomes "::".
        var best = 0..<0
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        guard !best.isEmpty else { return words.joined(separator: ":") }
        let before = words[..<best.lowerBound].joined(separator: ":")
        let after = words[best.upperBound...].joined(separator: ":")
        return before + "::" + after
    }
}
