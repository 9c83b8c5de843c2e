internal import ArgumentParser

/// `users`: accounts from the shell, also while a gate serves them.
struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "List, make and change accounts, also while the gate runs.",
        discussion: """
            USER is an e-mail address, a username or an id. A password is the first line of standard input, or asked twice on \
            a terminal. A running gate obeys within a second.
            Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 78 bad configuration.
            """,
        subcommands: [
            List.self, Show.self, Create.self, Disable.self, Enable.self, Unlock.self, SetRole.self, SetPassword.self,
            RevokeSessions.self,
        ]
    )

    func run() async throws {
        throw ValidationError(
            "say what to do: list, show, create, disable, enable, unlock, set-role, set-password or revoke-sessions"
        )
    }
}

/// The argument USER of a command.
struct UserArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The account: its e-mail address, username or id.", valueName: "user"))
    var name: String

    func validate() throws {
        guard !self.name.isEmpty else { throw ValidationError("USER is empty") }
    }
}

/// The options that every command on accounts takes.
struct UsersOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text
}
