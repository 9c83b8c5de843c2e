package import GatehouseCore

/// A user as answers and commands show it.
package struct UserView: Sendable, Equatable {
    /// The user.
    package let user: User
    /// Whether the account is usable.
    package let status: Status

    /// Whether an account is usable, by its name in answers.
    package enum Status: String, Sendable, CaseIterable {
        /// It can log in.
        case active
        /// An administrator has disabled it.
        case disabled
        /// So many logins failed in a row that the next may have to wait; the owner gets in from where he got in before.
        case locked
    }

    /// Looks at a user and at the failures of logins, at a time in microseconds since 1970.
    init(_ user: User, failures: LoginFailures, now: Int64) {
        self.user = user
        self.status =
            user.isDisabled ? .disabled : LoginThrottle.isLocked(failures, at: now) ? .locked : .active
    }

    /// Writes the object.
    package func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("id", self.user.id.text)
            object.member("email", self.user.email)
            object.member("username", self.user.username)
            object.member("full_name", self.user.fullName)
            object.member("organization_name", self.user.organizationName)
            object.member("team_name", self.user.teamName)
            object.name("roles")
            object.array { list in
                for role in self.user.roles { list.string(role.rawValue) }
            }
            object.member("status", self.status.rawValue)
            object.member("created_at", Timestamp.text(self.user.createdAt))
        }
    }
}

extension AccountsReads {
    /// The user of that id with its status at a time in microseconds since 1970.
    func view(of id: Identifier, at now: Int64) throws(StoreFault) -> UserView? {
        guard let user = try self.user(id) else { return nil }
        return try self.view(user, at: now)
    }

    /// A user with its status at a time in microseconds since 1970.
    func view(_ user: User, at now: Int64) throws(StoreFault) -> UserView {
        let key = LoginFailureKey(account: LoginFailureKey.account(user.id), address: "")
        return UserView(user, failures: try self.loginFailures(key), now: now)
    }
}

extension JSONWriter {
    /// Writes a member that is a text, or null.
    mutating func member(_ name: String, _ value: String?) {
        self.name(name)
        if let value { self.string(value) } else { self.null() }
    }
}
