/// Why a command on accounts was not carried out.
package enum AccountsCommandFault: Error, Sendable, Equatable {
    /// There is no account of that name or id.
    case userUnknown
    /// There is no such role.
    case roleUnknown
    /// An option or the password is not accepted.
    case refused(option: String, FieldFlaw)
    /// The store failed, or has another account of that name.
    case store(StoreFault)
    /// The work on the password failed.
    case password(PasswordFault)

    /// One sentence for whoever ran the command.
    package var message: String {
        switch self {
        case .userUnknown: "there is no account with that e-mail address, username or id"
        case .roleUnknown: "the roles are \(Role.allCases.map { "`\($0.rawValue)`" }.joined(separator: " and "))"
        case .refused(let option, let flaw): "\(option): \(flaw.detail)"
        case .store(.emailTaken): "another account has this e-mail address"
        case .store(.usernameTaken): "another account has this username"
        case .store(let fault): AccountsFault.store(fault).message
        case .password(let fault): AccountsFault.password(fault).message
        }
    }
}
