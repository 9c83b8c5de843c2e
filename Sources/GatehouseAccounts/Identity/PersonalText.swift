/// A name that people read: of a person, an organisation or a team.
///
/// Any script and any punctuation; nothing that hides or turns the text around. Whoever prints it escapes it.
package struct PersonalText: Sendable, Equatable {
    /// The text in normalization form C; nothing is trimmed.
    package let text: String

    /// The lengths that are accepted, in code points of the normalized text.
    package static let lengths = 1...200

    /// Reads a text.
    ///
    /// - Throws: `invalidFormat` before `tooShort` and `tooLong`.
    package init(_ text: String) throws(FieldFlaw) {
        guard !text.unicodeScalars.contains(where: \.isHidden) else { throw .invalidFormat }
        guard let composed = UnicodeForm.composed(text) else { throw .invalidFormat }
        let count = composed.unicodeScalars.count
        guard count >= Self.lengths.lowerBound else { throw .tooShort }
        guard count <= Self.lengths.upperBound else { throw .tooLong }
        self.text = composed
    }
}
