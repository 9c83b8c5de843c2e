/// Why a text is not accepted as JSON, and where.
package struct JSONFlaw: Error, Sendable, Equatable {
    /// What is wrong.
    package let reason: Reason
    /// The offset of the byte at which it was noticed.
    package let offset: Int

    /// What can be wrong with a text.
    package enum Reason: String, Sendable, CaseIterable {
        case unexpectedByte = "a byte that does not fit the grammar"
        case unexpectedEnd = "the text ends too early"
        case trailingBytes = "something follows the value"
        case byteOrderMark = "the text begins with a byte order mark"
        case invalidUTF8 = "the text is not UTF-8"
        case controlCharacter = "a string holds a bare control character"
        case badEscape = "a string holds a malformed escape"
        case escapedNUL = "a string holds an escaped NUL"
        case loneSurrogate = "a string holds half of a surrogate pair"
        case badNumber = "a malformed number"
        case duplicateMember = "a member name that occurs twice in an object"
        case tooDeep = "values are nested too deep"
        case tooManyMembers = "an object has too many members"
    }

    /// The reason and the place, in words.
    package var message: String {
        "\(self.reason.rawValue) (at byte \(self.offset))"
    }
}
