/// Why one field of a request was refused: the codes of the `errors` of a 422 answer.
///
/// The cases are in the order in which they are looked for; a field is answered with the first that fits. Neither the
/// code nor the detail holds anything of the value.
package enum FieldFlaw: String, Error, Sendable, Equatable, CaseIterable {
    case required
    case unknownField = "unknown_field"
    case wrongType = "wrong_type"
    case invalidFormat = "invalid_format"
    case tooShort = "too_short"
    case tooLong = "too_long"
    case passwordTooShort = "password_too_short"
    case passwordTooLong = "password_too_long"
    case passwordTooCommon = "password_too_common"
    case passwordContainsIdentity = "password_contains_identity"

    /// The stable code for programs.
    package var code: String { rawValue }

    /// Whether it is looked for before another, by the order of the cases.
    func precedes(_ other: FieldFlaw) -> Bool {
        let cases = FieldFlaw.allCases
        return cases.prefix { $0 != other }.contains(self)
    }

    /// One sentence for people.
    package var detail: String {
        switch self {
        case .required: "This field is required."
        case .unknownField: "This field is not known here."
        case .wrongType: "This field has the wrong type."
        case .invalidFormat: "This field has characters or a form that is not accepted."
        case .tooShort: "This field is too short."
        case .tooLong: "This field is too long."
        case .passwordTooShort: "The password has too few characters."
        case .passwordTooLong: "The password has more than 1024 bytes."
        case .passwordTooCommon: "The password is too common or too easy to guess."
        case .passwordContainsIdentity: "The password contains the e-mail address, the username or the product's name."
        }
    }
}
