extension PasswordOwner {
    /// Gathers what is known of a user; what is stored has passed the checks once, and is left out if it no longer does.
    init(_ user: User?) {
        let names = [user?.fullName, user?.organizationName, user?.teamName].compactMap(\.self)
        self.init(
            email: user.flatMap { try? EmailAddress($0.email) },
            username: user.flatMap { try? Username($0.username) },
            names: names.compactMap { try? PersonalText($0) }
        )
    }
}
