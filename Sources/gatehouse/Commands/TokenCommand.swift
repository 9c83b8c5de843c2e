internal import ArgumentParser

/// `token`: make a token, or read one.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Mint a token, or say why one would be refused.",
        subcommands: [Mint.self, Inspect.self]
    )

    func run() throws {
        throw ValidationError("say what to do: mint or inspect")
    }
}
