internal import GatehouseAccounts
internal import GatehouseConfig

/// The accounts that a configuration names, open for the time of one command.
struct UsersSession: Sendable {
    private let commands: AccountsCommands
    private let sentences: UsersFailure

    /// Opens the accounts, runs a command on them, and closes them whatever became of it.
    static func run<Value: Sendable>(
        _ options: UsersOptions,
        _ body: (UsersSession) async throws(CommandFailure) -> Value
    ) async throws(CommandFailure) -> Value {
        let settings = try options.configuration.load().settings
        let accounts = try await OpenAccounts.open(settings)
        let session = UsersSession(
            commands: accounts.commands(account: SystemAccount.name),
            sentences: UsersFailure(accounts.configuration.passwords)
        )
        do throws(CommandFailure) {
            let value = try await body(session)
            await accounts.close()
            return value
        } catch {
            await accounts.close()
            throw error
        }
    }

    /// Does one thing; what goes wrong becomes a sentence that calls the account as the person did.
    func perform<Value: Sendable>(
        on name: String = "",
        _ body: (AccountsCommands) async throws(AccountsCommandFault) -> Value
    ) async throws(CommandFailure) -> Value {
        do throws(AccountsCommandFault) {
            return try await body(self.commands)
        } catch {
            throw self.sentences.failure(error, name)
        }
    }
}
