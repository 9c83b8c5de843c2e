internal import GatehouseAccounts

/// Users and their organisations as rows: the statements behind `AccountsReads` and `AccountsWrites`.
///
/// One set for all databases. A value of this type belongs to one transaction, on the thread of its connection.
struct AccountsQueries {
    /// Where the statements run.
    let connection: any SQLConnection

    private func users(_ statement: StaticString, _ arguments: [SQLValue]) throws(StoreFault) -> [User] {
        var users: [User] = []
        for row in try self.connection.run(statement, arguments) { users.append(try User(row)) }
        return users
    }
}

extension AccountsQueries: AccountsReads {
    func user(_ id: Identifier) throws(StoreFault) -> User? {
        try self.users("SELECT * FROM accounts WHERE id = $1", [.id(id)]).first
    }

    func user(emailKey: String) throws(StoreFault) -> User? {
        // Nobody has a name with NUL, and no database can be asked for one.
        guard !emailKey.utf8.contains(0) else { return nil }
        return try self.users("SELECT * FROM accounts WHERE email_key = $1", [.text(emailKey)]).first
    }

    func user(usernameKey: String) throws(StoreFault) -> User? {
        // Nobody has a name with NUL, and no database can be asked for one.
        guard !usernameKey.utf8.contains(0) else { return nil }
        return try self.users("SELECT * FROM accounts WHERE username_key = $1", [.text(usernameKey)]).first
    }

    func users(after id: Identifier?, limit: Int) throws(StoreFault) -> [User] {
        try self.users(
            "SELECT * FROM accounts WHERE id > $1 ORDER BY id LIMIT $2",
            [.text(id?.text ?? ""), .integer(Int64(limit))]
        )
    }

    func passwordHash(of user: Identifier) throws(StoreFault) -> String? {
        try self.connection.run("SELECT password_hash FROM users WHERE id = $1", [.id(user)]).first?.text(0)
    }
}

extension AccountsQueries: AccountsWrites {
    func insert(_ account: NewAccount) throws(StoreFault) {
        let user = account.user
        // The user comes first: if the address is taken nothing was written yet, whatever the caller makes of that.
        try self.insertUser(user, passwordHash: account.passwordHash)
        try self.connection.run(
            "INSERT INTO organizations (id, name, created_at) VALUES ($1, $2, $3)",
            [.id(user.organizationID), .optional(user.organizationName), .integer(user.createdAt)]
        )
        if let team = account.teamID, let name = user.teamName {
            try self.connection.run(
                "INSERT INTO teams (id, organization_id, name, created_at) VALUES ($1, $2, $3, $4)",
                [.id(team), .id(user.organizationID), .text(name), .integer(user.createdAt)]
            )
        }
        let team = user.teamName == nil ? nil : account.teamID
        try self.connection.run(
            """
            INSERT INTO memberships (user_id, organization_id, role, team_id, created_at)
            VALUES ($1, $2, $3, $4, $5)
            """,
            [
                .id(user.id), .id(user.organizationID), .text(user.organizationRole.rawValue), .optional(team?.text),
                .integer(user.createdAt),
            ]
        )
    }

    private func insertUser(_ user: User, passwordHash: String) throws(StoreFault) {
        let rows = try self.connection.run(
            """
            INSERT INTO users
                (id, email, email_key, username, username_key, full_name, password_hash, roles, is_disabled,
                created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
            ON CONFLICT DO NOTHING
            RETURNING id
            """,
            [
                .id(user.id), .text(user.email), .text(user.emailKey), .text(user.username), .text(user.usernameKey),
                .optional(user.fullName), .text(passwordHash), .text(User.text(of: user.roles)),
                .integer(user.isDisabled ? 1 : 0), .integer(user.createdAt),
            ]
        )
        guard rows.isEmpty else { return }
        let email = try self.connection.run("SELECT id FROM users WHERE email_key = $1", [.text(user.emailKey)])
        throw email.isEmpty ? .usernameTaken : .emailTaken
    }

    func setFullName(_ name: String?, of user: Identifier, at now: Int64) throws(StoreFault) {
        try self.connection.run(
            "UPDATE users SET full_name = $1, updated_at = $2 WHERE id = $3",
            [.optional(name), .integer(now), .id(user)]
        )
    }

    func setPasswordHash(_ hash: String, of user: Identifier, at now: Int64) throws(StoreFault) {
        try self.connection.run(
            "UPDATE users SET password_hash = $1, updated_at = $2 WHERE id = $3",
            [.text(hash), .integer(now), .id(user)]
        )
    }

    func setRoles(_ roles: [Role], of user: Identifier, at now: Int64) throws(StoreFault) {
        try self.connection.run(
            "UPDATE users SET roles = $1, updated_at = $2 WHERE id = $3",
            [.text(User.text(of: roles)), .integer(now), .id(user)]
        )
    }

    func setDisabled(_ isDisabled: Bool, of user: Identifier, at now: Int64) throws(StoreFault) {
        try self.connection.run(
            "UPDATE users SET is_disabled = $1, updated_at = $2 WHERE id = $3",
            [.integer(isDisabled ? 1 : 0), .integer(now), .id(user)]
        )
    }

    func deleteUser(_ id: Identifier) throws(StoreFault) {
        let memberships = try self.connection.run(
            "SELECT organization_id FROM memberships WHERE user_id = $1",
            [.id(id)]
        )
        // Sessions with their tokens and memberships go with the user by the foreign keys, teams with the organisation.
        try self.connection.run("DELETE FROM users WHERE id = $1", [.id(id)])
        for row in memberships {
            try self.connection.run(
                """
                DELETE FROM organizations
                WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM memberships WHERE organization_id = $1)
                """,
                [.id(try row.id(0))]
            )
        }
    }
}

extension User {
    /// Reads a row of the view `accounts`.
    fileprivate init(_ row: SQLRow) throws(StoreFault) {
        let names = Set(try row.text(6).split(separator: " ").map { String($0) })
        let roles = Role.allCases.filter { names.contains($0.rawValue) }
        guard !roles.isEmpty, roles.count == names.count else { throw row.fault(6) }
        self.init(
            id: try row.id(0),
            email: try row.text(1),
            emailKey: try row.text(2),
            username: try row.text(3),
            usernameKey: try row.text(4),
            fullName: try row.optionalText(5),
            organizationID: try row.id(9),
            organizationName: try row.optionalText(11),
            organizationRole: try row.choice(10),
            teamName: try row.optionalText(12),
            roles: roles,
            isDisabled: try row.integer(7) != 0,
            createdAt: try row.integer(8)
        )
    }

    /// Roles as they are stored: their names with a blank between, in the order of `Role.allCases`.
    fileprivate static func text(of roles: [Role]) -> String {
        Role.allCases.filter { roles.contains($0) }.map(\.rawValue).joined(separator: " ")
    }
}
