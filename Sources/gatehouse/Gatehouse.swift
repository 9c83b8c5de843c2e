internal import ArgumentParser

#if canImport(Glibc)
private import Glibc
#endif

/// The command line: `gatehouse help` lists the commands.
@main
struct Gatehouse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "The gate in front of a backend: TLS, tokens, accounts, quotas, CORS, security headers, one file.",
        version: Version.text,
        subcommands: [
            ServeCommand.self, DemoCommand.self, InitCommand.self, CheckCommand.self, ConfigCommand.self,
            RoutesCommand.self, UsersCommand.self, TokenCommand.self, HealthcheckCommand.self, VersionCommand.self,
            UnbuiltCommands.Explain.self, UnbuiltCommands.Keys.self, UnbuiltCommands.Audit.self,
            UnbuiltCommands.Database.self, UnbuiltCommands.Reload.self, UnbuiltCommands.Drain.self,
        ]
    )

    /// Parses, runs and exits; the library's own exit code for wrong usage is 64, ours is 2.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            if let message = failure.message { StandardError.write("gatehouse: \(message)\n") }
            Glibc.exit(failure.code)
        } catch {
            Gatehouse.end(with: error)
        }
    }

    /// Prints what the parser has to say; help and version go to standard output and are no failure.
    private static func end(with error: any Error) -> Never {
        let text = fullMessage(for: error)
        let code = exitCode(for: error)
        if code.isSuccess {
            print(text)
            Glibc.exit(0)
        }
        if !text.isEmpty { StandardError.write(text + "\n") }
        Glibc.exit(code == .validationFailure ? 2 : 1)
    }
}

/// The version of the program.
enum Version {
    static let text = "0.1.0"
}

/// Standard error, unbuffered.
enum StandardError {
    static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
