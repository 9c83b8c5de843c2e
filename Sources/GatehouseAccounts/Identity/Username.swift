/// A username: 3 to 32 ASCII letters, digits, `.`, `_` and `-`; shown as it was typed, and compared folded.
///
/// So no two that look alike are different accounts. It holds no `@`, so it is never an e-mail address.
package struct Username: Sendable, Equatable {
    /// The name as it was typed: what is shown.
    package let text: String
    /// The name in small letters: what is compared and unique.
    package let folded: String

    /// The lengths that are accepted, in characters.
    package static let lengths = 3...32

    /// Reads a username of any account, also one that only a command may give.
    ///
    /// Everything that is not ASCII is refused before folding, because folding makes ASCII of a few other letters, such
    /// as the Kelvin sign. A name without a letter or digit (`..`) is refused as well.
    ///
    /// - Throws: `invalidFormat` before `tooShort` and `tooLong`.
    package init(_ text: String) throws(FieldFlaw) {
        let folded = text.lowercased()
        guard text.utf8.allSatisfy({ $0 < 0x80 }), folded.utf8.allSatisfy(Self.isAllowed) else { throw .invalidFormat }
        guard text.isEmpty || folded.utf8.contains(where: Self.isLetterOrDigit) else { throw .invalidFormat }
        guard folded.utf8.count >= Self.lengths.lowerBound else { throw .tooShort }
        guard folded.utf8.count <= Self.lengths.upperBound else { throw .tooLong }
        self.text = text
        self.folded = folded
    }

    /// Reads a username that a stranger may take: none of the names that stand for the service itself.
    ///
    /// - Throws: `invalidFormat` before `tooShort` and `tooLong`, also for a reserved name.
    package init(unreserved text: String) throws(FieldFlaw) {
        guard !ReservedNames.all.contains(text.lowercased()) else { throw .invalidFormat }
        try self.init(text)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: isLetterOrDigit(byte)
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
