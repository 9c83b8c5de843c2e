internal import ArgumentParser
internal import GatehouseAccounts

extension UsersCommand {
    /// `users disable`.
    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable",
            abstract: "Disable an account and end its sessions; its tokens are refused at once."
        )

        @OptionGroup var user: UserArgument
        @OptionGroup var options: UsersOptions

        func run() async throws {
            try await UsersCommand.change(self.user, self.options) { $0.disable }
        }
    }

    /// `users enable`.
    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable",
            abstract: "Enable an account that was disabled."
        )

        @OptionGroup var user: UserArgument
        @OptionGroup var options: UsersOptions

        func run() async throws {
            try await UsersCommand.change(self.user, self.options) { $0.enable }
        }
    }

    /// `users unlock`.
    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlock",
            abstract: "Forget failed logins, so that nobody has to wait any longer."
        )

        @OptionGroup var user: UserArgument
        @OptionGroup var options: UsersOptions

        func run() async throws {
            try await UsersCommand.change(self.user, self.options) { $0.unlock }
        }
    }

    /// `users revoke-sessions`.
    struct RevokeSessions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke-sessions",
            abstract: "End all sessions of an account; its tokens are refused at once."
        )

        @OptionGroup var user: UserArgument
        @OptionGroup var options: UsersOptions

        func run() async throws {
            try await UsersCommand.change(self.user, self.options) { $0.revokeSessions }
        }
    }

    /// `users set-role`.
    struct SetRole: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-role",
            abstract: "Replace the roles of an account by one; its sessions end."
        )

        @OptionGroup var user: UserArgument

        @Argument(help: ArgumentHelp(UsersCommand.roleHelp, valueName: "role"))
        var role: String

        @OptionGroup var options: UsersOptions

        func validate() throws {
            try UsersCommand.check(role: self.role)
        }

        func run() async throws {
            let role = self.role
            try await UsersCommand.change(self.user, self.options) { commands in
                { (name) async throws(AccountsCommandFault) in try await commands.setRole(name, role) }
            }
        }
    }

    /// Refuses what is no role, as wrong usage.
    static func check(role: String) throws {
        guard Role(rawValue: role) != nil else {
            throw ValidationError("there is no role \(ShownText(role).text); the roles are \(self.roleNames)")
        }
    }

    /// The help of an argument that is a role.
    static var roleHelp: String { "The role: \(Role.allCases.map(\.rawValue).joined(separator: " or "))." }

    private static var roleNames: String {
        Role.allCases.map(\.rawValue).joined(separator: " and ")
    }
}
