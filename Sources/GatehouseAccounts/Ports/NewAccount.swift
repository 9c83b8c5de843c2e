/// What one signup makes: an organisation of its own, its team if one was named, and the user who owns it.
package struct NewAccount: Sendable {
    /// The user, with the id of the organisation and the names as they are to be shown.
    package let user: User
    /// The PHC string of the password.
    package let passwordHash: String
    /// The team to be made in the organisation, or nil for none; its name is `user.teamName`.
    package let teamID: Identifier?

    /// Gathers the rows.
    package init(user: User, passwordHash: String, teamID: Identifier?) {
        self.user = user
        self.passwordHash = passwordHash
        self.teamID = teamID
    }
}
