/// The options of `users create`, as they were typed.
package struct UserOptions: Sendable {
    /// `--email`.
    package let email: String
    /// `--username`.
    package let username: String
    /// `--full-name`, or nil.
    package let fullName: String?
    /// `--organization-name`, or nil.
    package let organizationName: String?
    /// `--team-name`, or nil.
    package let teamName: String?
    /// `--role`.
    package let role: String

    /// Gathers the options; they are checked when the account is made.
    package init(
        email: String,
        username: String,
        fullName: String? = nil,
        organizationName: String? = nil,
        teamName: String? = nil,
        role: String = "user"
    ) {
        self.email = email
        self.username = username
        self.fullName = fullName
        self.organizationName = organizationName
        self.teamName = teamName
        self.role = role
    }

    /// Checks each option; a command may give a username that signups may not take.
    func draft(password: NormalizedPassword) throws(AccountsCommandFault) -> SignupDraft {
        SignupDraft(
            email: try UserOptions.check("--email", self.email, EmailAddress.init),
            username: try UserOptions.check("--username", self.username) { text throws(FieldFlaw) in
                try Username(text)
            },
            password: password,
            fullName: try UserOptions.name("--full-name", self.fullName),
            organizationName: try UserOptions.name("--organization-name", self.organizationName),
            teamName: try UserOptions.name("--team-name", self.teamName)
        )
    }

    private static func name(_ option: String, _ text: String?) throws(AccountsCommandFault) -> PersonalText? {
        guard let text else { return nil }
        return try self.check(option, text, PersonalText.init)
    }

    private static func check<Value>(
        _ option: String,
        _ text: String,
        _ check: (String) throws(FieldFlaw) -> Value
    ) throws(AccountsCommandFault) -> Value {
        do throws(FieldFlaw) {
            return try check(text)
        } catch {
            throw .refused(option: option, error)
        }
    }
}
