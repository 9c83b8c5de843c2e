internal import GatehouseCore

/// Parses the field lines of a head, one scan, strictly (RFC 9112 section 5).
///
/// Stricter than the RFC allows a server to be: bare LF, folded lines, white space before the colon and control bytes are refused,
/// never repaired, since two parsers could read them differently. Resumable: `position` is the start of the first line that was
/// not complete yet, and offsets count from the head's first byte.
struct FieldSectionParser {
    /// The start of the next line.
    var position = 0

    enum Step {
        /// The line is not complete yet.
        case needsMore
        /// A line was read.
        case field(Field)
        /// The empty line that ends the section was read.
        case end
        case malformed(Malformation)
    }

    /// Reads the next line of `bytes`, which begin with the head's first byte.
    @inline(__always)
    mutating func next(_ bytes: RawSpan) -> Step {
        let count = bytes.byteCount
        let start = self.position
        guard start < count else { return .needsMore }
        let first = ByteScan.byte(bytes, start)
        if first == ByteScan.carriageReturn {
            guard start &+ 1 < count else { return .needsMore }
            guard ByteScan.byte(bytes, start &+ 1) == ByteScan.lineFeed else { return .malformed(.lineEnding) }
            self.position = start &+ 2
            return .end
        }
        var index = start
        // Raw bits: an option set's operators are generic and not specialised across targets.
        var traits: UInt8 = 0
        while true {
            guard index < count else { return .needsMore }
            let byte = ByteScan.byte(bytes, index)
            guard ByteScan.isToken(byte) else { break }
            if byte == 0x5F {
                traits |= 0b110
            } else if byte == 0x2E {
                traits |= 0b010
            }
            index &+= 1
        }
        guard ByteScan.byte(bytes, index) == ByteScan.colon, index > start, index &- start <= 0xFFFF else {
            return .malformed(FieldSectionParser.nameFlaw(ByteScan.byte(bytes, index)))
        }
        return self.value(bytes, start: start, colon: index, traits: traits)
    }

    @inline(__always)
    private mutating func value(_ bytes: RawSpan, start: Int, colon: Int, traits: UInt8) -> Step {
        let count = bytes.byteCount
        let end = ByteScan.firstControl(bytes, from: colon &+ 1, to: count)
        guard end < count else { return .needsMore }
        guard ByteScan.byte(bytes, end) == ByteScan.carriageReturn else {
            return .malformed(ByteScan.byte(bytes, end) == ByteScan.lineFeed ? .lineEnding : .fieldValue)
        }
        guard end &+ 1 < count else { return .needsMore }
        guard ByteScan.byte(bytes, end &+ 1) == ByteScan.lineFeed else { return .malformed(.lineEnding) }
        let range = ByteScan.trimmed(bytes, (colon &+ 1)..<end)
        self.position = end &+ 2
        return .field(
            Field(
                name: FieldName.intern(bytes.extracting(start..<colon)),
                traits: FieldTraits(rawValue: traits),
                nameStart: start,
                nameCount: colon &- start,
                valueStart: range.lowerBound,
                valueCount: range.count,
                lineEnd: end &+ 2
            )
        )
    }

    /// What is wrong with a name that ends in `byte`.
    private static func nameFlaw(_ byte: UInt8) -> Malformation {
        byte == ByteScan.lineFeed || byte == ByteScan.carriageReturn ? .lineEnding : .fieldName
    }
}
