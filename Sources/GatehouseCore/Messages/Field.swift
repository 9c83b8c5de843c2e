/// One header field as a pair of ranges into the slab of bytes of its head.
///
/// Offsets count bytes from the slab's start. A field never outlives its slab: whoever holds one holds the head it came from.
/// For HTTP/1.1 heads the line `name:OWS value OWS CRLF` lies contiguously in the slab, from `nameStart` to `lineEnd`, which is
/// what lets a codec copy runs of unchanged lines.
package struct Field: Sendable {
    /// The interned name, or `.other` for a name that the gate does not know.
    package var name: FieldName
    /// Facts found while the bytes were scanned, and the verdict of hygiene.
    package var traits: FieldTraits
    /// The length of the name in bytes.
    package var nameCount: UInt16
    /// The offset of the name's first byte.
    package var nameStart: UInt32
    /// The offset of the value's first byte, optional white space already skipped.
    package var valueStart: UInt32
    /// The length of the value in bytes, trailing white space not counted.
    package var valueCount: UInt32
    /// The offset just behind the line's LF.
    package var lineEnd: UInt32

    /// Makes a field from its ranges.
    package init(
        name: FieldName,
        traits: FieldTraits = [],
        nameStart: Int,
        nameCount: Int,
        valueStart: Int,
        valueCount: Int,
        lineEnd: Int
    ) {
        self.name = name
        self.traits = traits
        self.nameCount = UInt16(truncatingIfNeeded: nameCount)
        self.nameStart = UInt32(truncatingIfNeeded: nameStart)
        self.valueStart = UInt32(truncatingIfNeeded: valueStart)
        self.valueCount = UInt32(truncatingIfNeeded: valueCount)
        self.lineEnd = UInt32(truncatingIfNeeded: lineEnd)
    }

    /// Whether the field stays behind.
    ///
    /// This and its neighbours look at raw bits, because what an `OptionSet` inherits is not specialised across targets.
    package var isDropped: Bool {
        self.traits.rawValue & FieldTraits.dropped.rawValue != 0
    }

    /// Whether the name holds a byte that backends fold to `-`.
    package var isFoldable: Bool {
        self.traits.rawValue & FieldTraits.foldable.rawValue != 0
    }

    /// Whether the name holds `_`.
    package var isUnderscored: Bool {
        self.traits.rawValue & FieldTraits.underscored.rawValue != 0
    }

    /// Leaves the field behind.
    package mutating func drop() {
        self.traits = FieldTraits(rawValue: self.traits.rawValue | FieldTraits.dropped.rawValue)
    }

    /// The name's place in the slab.
    package var nameRange: Range<Int> {
        Int(self.nameStart)..<(Int(self.nameStart) + Int(self.nameCount))
    }

    /// The value's place in the slab.
    package var valueRange: Range<Int> {
        Int(self.valueStart)..<(Int(self.valueStart) + Int(self.valueCount))
    }
}

/// What is known about a field beyond its name and value.
package struct FieldTraits: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The field does not go on: it is hop-by-hop, spoofed, or replaced by one of ours.
    package static var dropped: FieldTraits { FieldTraits(rawValue: 1 << 0) }
    /// The name holds `_` or `.`, which backends fold to `-` (CVE-2025-64484).
    package static var foldable: FieldTraits { FieldTraits(rawValue: 1 << 1) }
    /// The name holds `_`.
    package static var underscored: FieldTraits { FieldTraits(rawValue: 1 << 2) }
}
