internal import ArgumentParser
internal import GatehouseAccounts

extension UsersCommand {
    /// `users create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Make an account; the password is the first line of standard input."
        )

        @Option(help: "The e-mail address.")
        var email: String

        @Option(help: "The username.")
        var username: String

        @Option(help: "The name of the person.")
        var fullName: String?

        @Option(help: "The name of the new organisation that the account belongs to.")
        var organizationName: String?

        @Option(help: "The name of its team.")
        var teamName: String?

        @Option(help: ArgumentHelp(UsersCommand.roleHelp))
        var role = Role.user.rawValue

        @OptionGroup var options: UsersOptions

        func validate() throws {
            try UsersCommand.check(role: self.role)
        }

        func run() async throws {
            let user = UserOptions(
                email: self.email,
                username: self.username,
                fullName: self.fullName,
                organizationName: self.organizationName,
                teamName: self.teamName,
                role: self.role
            )
            let view = try await UsersSession.run(self.options) { session async throws(CommandFailure) in
                let password = try PasswordPrompt.read(for: "the new account")
                return try await session.perform { commands async throws(AccountsCommandFault) in
                    try await commands.create(user, password: password)
                }
            }
            UserOutput(self.options.format).write(view)
        }
    }

    /// `users set-password`.
    struct SetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-password",
            abstract: "Replace the password by the first line of standard input, and end the sessions."
        )

        @OptionGroup var user: UserArgument
        @OptionGroup var options: UsersOptions

        func run() async throws {
            let name = self.user.name
            let view = try await UsersSession.run(self.options) { session async throws(CommandFailure) in
                // Before anybody types a password for an account that is not there.
                let user = try await session.perform(on: name) { commands async throws(AccountsCommandFault) in
                    try await commands.show(name)
                }
                let password = try PasswordPrompt.read(for: ShownText(user.user.username).text)
                return try await session.perform(on: name) { commands async throws(AccountsCommandFault) in
                    try await commands.setPassword(user.user.id.text, password)
                }
            }
            UserOutput(self.options.format).write(view)
        }
    }
}
