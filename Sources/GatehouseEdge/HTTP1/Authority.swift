/// Host and port of a request (RFC 3986 section 3.2, without userinfo).
enum Authority {
    /// Whether the range is a host with an optional port, 1 to 65535, and nothing else.
    ///
    /// Names are letters, digits, `-`, `.` and `_`; an IPv6 literal stands in brackets. `host:` means the default port.
    static func isValid(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= 262 else { return false }
        let hostEnd = Authority.hostEnd(bytes, range)
        guard let hostEnd, hostEnd > range.lowerBound else { return false }
        if hostEnd == range.upperBound { return true }
        guard ByteScan.byte(bytes, hostEnd) == ByteScan.colon else { return false }
        return Authority.port(bytes, (hostEnd + 1)..<range.upperBound, defaultPort: 80) != nil
    }

    /// Whether the authority names a port.
    static func hasPort(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        guard let hostEnd = Authority.hostEnd(bytes, range) else { return false }
        return hostEnd + 1 < range.upperBound
    }

    /// Whether two valid authorities are one, case, default port and a dot at the end folded.
    static func areEqual(_ bytes: RawSpan, _ left: Range<Int>, _ right: Range<Int>, defaultPort: Int) -> Bool {
        guard let leftEnd = Authority.hostEnd(bytes, left), let rightEnd = Authority.hostEnd(bytes, right) else {
            return false
        }
        let leftHost = Authority.withoutRootDot(bytes, left.lowerBound..<leftEnd)
        let rightHost = Authority.withoutRootDot(bytes, right.lowerBound..<rightEnd)
        guard ByteScan.equalsFolded(bytes, leftHost, rightHost) else { return false }
        let leftPort = Authority.port(
            bytes,
            min(leftEnd + 1, left.upperBound)..<left.upperBound,
            defaultPort: defaultPort
        )
        let rightPort = Authority.port(
            bytes,
            min(rightEnd + 1, right.upperBound)..<right.upperBound,
            defaultPort: defaultPort
        )
        return leftPort == rightPort
    }

    /// A host without the one dot at its end that names the root (security P-15).
    private static func withoutRootDot(_ bytes: RawSpan, _ host: Range<Int>) -> Range<Int> {
        guard host.count > 1, ByteScan.byte(bytes, host.upperBound - 1) == 0x2E else { return host }
        return host.lowerBound..<(host.upperBound - 1)
    }

    /// The offset behind the host, or nil if the host is malformed.
    private static func hostEnd(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        guard index < range.upperBound else { return nil }
        if ByteScan.byte(bytes, index) == 0x5B {
            index += 1
            while index < range.upperBound, isLiteralByte(ByteScan.byte(bytes, index)) { index += 1 }
            guard index < range.upperBound, ByteScan.byte(bytes, index) == 0x5D, index > range.lowerBound + 2 else {
                return nil
            }
            return index + 1
        }
        while index < range.upperBound, isNameByte(ByteScan.byte(bytes, index)) { index += 1 }
        return index
    }

    /// The port, the default one if the range is empty, or nil if it is malformed.
    private static func port(_ bytes: RawSpan, _ range: Range<Int>, defaultPort: Int) -> Int? {
        if range.isEmpty { return defaultPort }
        guard range.count <= 5, let value = ByteScan.decimal(bytes, range), (1...65535).contains(value) else {
            return nil
        }
        return value
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    private static func isLiteralByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66, 0x3A, 0x2E: true
        default: false
        }
    }
}

extension ByteScan {
    /// Whether two ranges hold the same bytes, without regard to ASCII case.
    static func equalsFolded(_ bytes: RawSpan, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count
        where lowercased(byte(bytes, left.lowerBound + offset)) != lowercased(byte(bytes, right.lowerBound + offset)) {
            return false
        }
        return true
    }

    /// Whether a comma-separated list holds the lower-case element; parameters behind `;` are not looked at.
    static func listHolds(_ bytes: RawSpan, _ range: Range<Int>, _ lowered: StaticString) -> Bool {
        var holds = false
        forEachElement(bytes, range) { (element: Range<Int>) in
            let bare = trimmed(bytes, prefix(bytes, element, upTo: 0x3B))
            if equals(bytes, bare, lowered) { holds = true }
        }
        return holds
    }

    /// The part of the range before the first `stop` byte.
    static func prefix(_ bytes: RawSpan, _ range: Range<Int>, upTo stop: UInt8) -> Range<Int> {
        var index = range.lowerBound
        while index < range.upperBound, byte(bytes, index) != stop { index &+= 1 }
        return range.lowerBound..<index
    }
}
