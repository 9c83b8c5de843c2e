/// What paths a route matches: literal segments, `*` for one whole non-empty segment, and `**` at the end for everything below.
///
/// `/admin/**` matches `/admin`, `/admin/` and all below, so that a protected prefix protects its root, too. Case counts.
/// Two patterns are equal if they match alike by the rules of `PathKey`, however their escapes are spelled.
package struct PathPattern: Sendable, Equatable {
    /// The pattern as it was written.
    package let text: String
    /// The literal and wildcard segments, escapes spelled as in a `PathKey`.
    let segments: [Segment]
    /// Whether everything below matches, too.
    let isOpen: Bool

    /// One segment of a pattern.
    enum Segment: Sendable, Equatable {
        case literal([UInt8])
        case any
    }

    /// Reads a pattern; throws what is wrong with it.
    package init(_ text: String) throws(PathPatternFlaw) {
        let bytes = Array(text.utf8)
        guard bytes.first == Byte.slash else { throw .noLeadingSlash }
        var parts = bytes.dropFirst().split(separator: Byte.slash, omittingEmptySubsequences: false)
        let isOpen = parts.last.map { $0.elementsEqual([Byte.asterisk, Byte.asterisk]) } ?? false
        if isOpen { parts.removeLast() }
        var segments: [Segment] = []
        for (index, part) in parts.enumerated() {
            if part.isEmpty, isOpen || index < parts.count - 1 { throw .emptySegment }
            segments.append(try PathPattern.segment(part))
        }
        self.text = text
        self.segments = segments
        self.isOpen = isOpen
    }

    /// Whether every path that `other` matches is matched by this pattern, too; for warnings about routes that are never reached.
    package func covers(_ other: PathPattern) -> Bool {
        let ours = self.segments.count
        let theirs = other.segments.count
        guard self.isOpen ? theirs >= ours : (!other.isOpen && theirs == ours) else { return false }
        return zip(self.segments, other.segments).allSatisfy { our, their in
            our == their || (our == .any && their != .literal([]))
        }
    }

    /// Patterns are equal if they match alike.
    package static func == (left: PathPattern, right: PathPattern) -> Bool {
        left.isOpen == right.isOpen && left.segments == right.segments
    }

    private static func segment(_ part: ArraySlice<UInt8>) throws(PathPatternFlaw) -> Segment {
        if part.elementsEqual([Byte.asterisk]) { return .any }
        guard !part.contains(Byte.asterisk) else { throw .wildcardInSegment }
        var literal: [UInt8] = []
        var rest = part
        while let byte = rest.popFirst() {
            if byte == Byte.percent {
                try self.appendEscape(rest.popFirst(), rest.popFirst(), to: &literal)
            } else if byte >= 0x80 {
                literal.append(contentsOf: [Byte.percent, Byte.hexadecimal(byte >> 4), Byte.hexadecimal(byte & 0xF)])
            } else {
                guard Byte.isInPath(byte) else { throw .byteNotAllowed }
                literal.append(byte)
            }
        }
        guard !self.isDotSegment(literal) else { throw .dotSegment }
        return .literal(literal)
    }

    private static func appendEscape(
        _ first: UInt8?,
        _ second: UInt8?,
        to literal: inout [UInt8]
    ) throws(PathPatternFlaw) {
        guard let first, let second, let high = Byte.hexadecimalDigit(first), let low = Byte.hexadecimalDigit(second)
        else { throw .malformedEscape }
        let value = high << 4 | low
        switch value {
        case Byte.slash, Byte.backslash, 0x00..<0x20, 0x7F: throw .byteNotAllowed
        default: break
        }
        if Byte.isUnreserved(value) {
            literal.append(value)
        } else {
            literal.append(contentsOf: [Byte.percent, Byte.hexadecimal(high), Byte.hexadecimal(low)])
        }
    }

    /// The same rule as for requests: a pattern that no request can match is a mistake.
    private static func isDotSegment(_ literal: [UInt8]) -> Bool {
        var check = SegmentCheck()
        for byte in [Byte.slash] + literal where check.pass(byte) != nil {
            return true
        }
        return check.finish() != nil
    }
}

/// Why the text of a pattern is none.
package enum PathPatternFlaw: String, Error, Sendable, Equatable, CaseIterable {
    case noLeadingSlash = "a path begins with `/`"
    case emptySegment = "`//` in a path never matches"
    case dotSegment = "a path with `.` or `..` segments never matches, such requests are refused"
    case wildcardInSegment = "`*` stands for one whole segment, and `**` comes last"
    case malformedEscape = "`%` must be followed by two hexadecimal digits"
    case byteNotAllowed = "a path holds a character that requests are refused for"

    /// The flaw in words, for a diagnostic.
    package var message: String {
        self.rawValue
    }
}
