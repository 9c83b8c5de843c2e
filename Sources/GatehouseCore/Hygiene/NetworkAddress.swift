/// An IP address in binary form; IPv4 addresses and their IPv4-mapped IPv6 form are one and the same (RFC 4291 section 2.5.5.2).
package struct NetworkAddress: Sendable, Hashable {
    /// The first and the last eight bytes in host order, IPv4 addresses mapped.
    package let high: UInt64
    package let low: UInt64

    /// Makes an address of its 128 bits.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes an address of its 4 or 16 bytes in network order, or yields nil for another count.
    package init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4:
            self.init(high: 0, low: NetworkAddress.mapped | NetworkAddress.word(bytes[...]))
        case 16:
            self.init(high: NetworkAddress.word(bytes[..<8]), low: NetworkAddress.word(bytes[8...]))
        default:
            return nil
        }
    }

    /// Reads an address as text, without port, brackets or zone: dotted decimal or RFC 4291 section 2.2.
    ///
    /// Strict: four parts without leading zeros, nothing around them.
    package init?(_ text: ArraySlice<UInt8>) {
        guard text.contains(Byte.colon) else {
            guard let word = AddressParser.parseIPv4(text) else { return nil }
            self.init(high: 0, low: NetworkAddress.mapped | word)
            return
        }
        guard let groups = AddressParser.parseIPv6(text) else { return nil }
        let words = groups.map(UInt64.init)
        self.init(
            high: words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3],
            low: words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7]
        )
    }

    /// Whether this is an IPv4 address.
    package var isIPv4: Bool {
        self.high == 0 && self.low >> 32 == NetworkAddress.mapped >> 32
    }

    /// The address in canonical text (RFC 5952): dotted decimal for IPv4.
    package var text: [UInt8] {
        var bytes: [UInt8] = []
        if self.isIPv4 {
            for shift in [24, 16, 8, 0] as [UInt64] {
                bytes.append(contentsOf: String(self.low >> shift & 0xFF).utf8)
                if shift > 0 { bytes.append(Byte.dot) }
            }
            return bytes
        }
        let groups = (0..<8).map { group in
            let word = group < 4 ? self.high : self.low
            return UInt16(truncatingIfNeeded: word >> UInt64(48 - (group & 3) * 16))
        }
        let gap = NetworkAddress.longestRunOfZeros(groups)
        for (index, group) in groups.enumerated() {
            if gap.contains(index) {
                if index == gap.lowerBound { bytes.append(contentsOf: [Byte.colon, Byte.colon]) }
                continue
            }
            if index > 0, index != gap.upperBound || gap.isEmpty { bytes.append(Byte.colon) }
            bytes.append(contentsOf: String(group, radix: 16).utf8)
        }
        return bytes
    }

    /// Only runs of at least two groups are shortened, the first of several longest.
    private static func longestRunOfZeros(_ groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0...groups.count where index == groups.count || groups[index] != 0 {
            if index - start > max(longest.count, 1) { longest = start..<index }
            start = index + 1
        }
        return longest
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static var mapped: UInt64 {
        0xFFFF_0000_0000
    }
}

/// Reads the text forms of addresses.
private enum AddressParser {
    /// The address in 32 bits, or nil; leading zeros are refused, as some readers take them for octal.
    static func parseIPv4(_ text: ArraySlice<UInt8>) -> UInt64? {
        guard text.count <= 15 else { return nil }
        let parts = text.split(separator: Byte.dot, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var word: UInt64 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != 0x30 else { return nil }
            var value: UInt64 = 0
            for byte in part {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + UInt64(byte - 0x30)
            }
            guard value <= 255 else { return nil }
            word = word << 8 | value
        }
        return word
    }

    /// The eight groups, or nil.
    static func parseIPv6(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        guard text.count <= 45 else { return nil }
        let parts = text.split(separator: Byte.colon, omittingEmptySubsequences: false)
        guard let gap = self.gap(in: text) else { return nil }
        guard case .at(let place) = gap else { return self.parseGroups(parts).flatMap { $0.count == 8 ? $0 : nil } }
        let before = text[text.startIndex..<place]
        let after = text[(place + 2)...]
        guard let head = self.parseGroups(before.split(separator: Byte.colon, omittingEmptySubsequences: false)),
            let tail = self.parseGroups(after.split(separator: Byte.colon, omittingEmptySubsequences: false)),
            head.count + tail.count <= 7, !before.contains(Byte.dot)
        else { return nil }
        return head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    private enum Gap {
        case none
        case at(Int)
    }

    /// Where `::` is; nil if there is more than one.
    private static func gap(in text: ArraySlice<UInt8>) -> Gap? {
        var gap = Gap.none
        for index in text.indices.dropLast() where text[index] == Byte.colon && text[index + 1] == Byte.colon {
            guard case .none = gap else { return nil }
            gap = .at(index)
        }
        return gap
    }

    private static func parseGroups(_ parts: [ArraySlice<UInt8>]) -> [UInt16]? {
        if parts.count == 1, parts[0].isEmpty { return [] }
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(Byte.dot) {
                guard let word = self.parseIPv4(part) else { return nil }
                groups.append(UInt16(truncatingIfNeeded: word >> 16))
                groups.append(UInt16(truncatingIfNeeded: word))
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var value: UInt16 = 0
            for byte in part {
                guard let digit = Byte.hexadecimalDigit(byte) else { return nil }
                value = value << 4 | UInt16(digit)
            }
            groups.append(value)
        }
        return groups
    }
}
