internal import GatehouseAccounts

/// What a command on accounts says when it was not carried out, and its exit code.
struct UsersFailure: Sendable {
    private let passwords: PasswordPolicy

    init(_ passwords: PasswordPolicy) {
        self.passwords = passwords
    }

    /// The failure for a fault; `name` is what the person called the account.
    func failure(_ fault: AccountsCommandFault, _ name: String) -> CommandFailure {
        switch fault {
        case .userUnknown: CommandFailure(code: 1, message: "no account is named \(ShownText(name).text)")
        case .refused(let option, let flaw) where option.hasPrefix("--"):
            CommandFailure(code: 1, message: "\(option): \(Self.sentence(option, flaw))")
        case .refused(_, let flaw): CommandFailure(code: 1, message: "the password is refused: \(self.sentence(flaw))")
        case .roleUnknown: CommandFailure(code: 2, message: fault.message)
        case .store, .password: CommandFailure(code: 1, message: fault.message)
        }
    }

    /// Which rule a password breaks; nothing of the password is in it.
    private func sentence(_ flaw: FieldFlaw) -> String {
        switch flaw {
        case .passwordTooShort: "it needs at least \(self.passwords.minimumLength) characters"
        case .passwordTooLong: "it has more than \(NormalizedPassword.longest) bytes"
        case .passwordTooCommon: "it is too common or too easy to guess"
        case .passwordContainsIdentity: "it contains the e-mail address or the username"
        case .invalidFormat: "it has control characters or is not UTF-8"
        case .required, .unknownField, .wrongType, .tooShort, .tooLong: flaw.detail
        }
    }

    private static func sentence(_ option: String, _ flaw: FieldFlaw) -> String {
        switch (option, flaw) {
        case ("--email", .tooLong): "the address has more than \(EmailAddress.longest) bytes"
        case ("--email", _): "this is not an e-mail address"
        case ("--username", .tooShort), ("--username", .tooLong):
            "a username has \(Username.lengths.lowerBound) to \(Username.lengths.upperBound) characters"
        case ("--username", _): "a username is of letters a to z, digits, `.`, `_` and `-`"
        case (_, .tooShort), (_, .tooLong):
            "it has \(PersonalText.lengths.lowerBound) to \(PersonalText.lengths.upperBound) characters"
        default: "it has characters that cannot be seen"
        }
    }
}
