internal import GatehouseAccounts
internal import GatehouseCore

/// Prints accounts: for people, or as one JSON document.
struct UserOutput {
    private let format: OutputFormat

    init(_ format: OutputFormat) {
        self.format = format
    }

    /// Prints one account: a name and a value a line, or an object.
    func write(_ view: UserView) {
        switch self.format {
        case .text: StandardOutput.write(Self.text(view))
        case .json:
            var writer = JSONWriter()
            view.write(to: &writer)
            StandardOutput.document(writer.bytes)
        }
    }

    /// Prints accounts: a table, or an array of objects.
    func write(_ views: [UserView]) {
        switch self.format {
        case .text: StandardOutput.write(Self.table(views))
        case .json:
            var writer = JSONWriter()
            writer.array { writer in views.forEach { $0.write(to: &writer) } }
            StandardOutput.document(writer.bytes)
        }
    }

    private static func text(_ view: UserView) -> String {
        let user = view.user
        let rows: [(String, String?)] = [
            ("id", user.id.text), ("email", user.email), ("username", user.username), ("full_name", user.fullName),
            ("organization_name", user.organizationName), ("team_name", user.teamName), ("roles", self.roles(user)),
            ("status", view.status.rawValue), ("created_at", self.creation(user)),
        ]
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, value in
            let padding = String(repeating: " ", count: width - name.count + 2)
            return "\(name)\(padding)\(value.map { ShownText($0).text } ?? "-")\n"
        }.joined()
    }

    private static func table(_ views: [UserView]) -> String {
        var table = TextTable(["ID", "EMAIL", "USERNAME", "ROLES", "STATUS", "CREATED"])
        for view in views {
            let user = view.user
            table.add([
                user.id.text, ShownText(user.email).text, user.username, self.roles(user), view.status.rawValue,
                self.creation(user),
            ])
        }
        return table.text
    }

    private static func roles(_ user: User) -> String {
        user.roles.map(\.rawValue).joined(separator: ",")
    }

    private static func creation(_ user: User) -> String {
        Moment(user.createdAt / 1_000_000).text
    }
}
