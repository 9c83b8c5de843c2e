internal import ArgumentParser
internal import GatehouseAccounts

extension UsersCommand {
    /// `users list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Print all accounts, the oldest first."
        )

        @OptionGroup var options: UsersOptions

        func run() async throws {
            let views = try await UsersSession.run(self.options) { session async throws(CommandFailure) in
                try await session.perform { commands async throws(AccountsCommandFault) in try await commands.list() }
            }
            UserOutput(self.options.format).write(views)
        }
    }

    /// `users show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Print one account.")

        @OptionGroup var user: UserArgument
        @OptionGroup var options: UsersOptions

        func run() async throws {
            try await UsersCommand.change(self.user, self.options) { $0.show }
        }
    }

    /// Does something to the account that a person names, and prints it as it is then.
    static func change(
        _ user: UserArgument,
        _ options: UsersOptions,
        _ operation: (AccountsCommands) -> (String) async throws(AccountsCommandFault) -> UserView
    ) async throws(CommandFailure) {
        let name = user.name
        let view = try await UsersSession.run(options) { session async throws(CommandFailure) in
            try await session.perform(on: name) { commands async throws(AccountsCommandFault) in
                try await operation(commands)(name)
            }
        }
        UserOutput(options.format).write(view)
    }
}
