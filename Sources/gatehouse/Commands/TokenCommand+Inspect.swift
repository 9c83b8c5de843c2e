internal import ArgumentParser
internal import GatehouseCore
internal import GatehouseConfig

private import Glibc

extension TokenCommand {
    /// `token inspect`: what a token says, and whether the gate would accept it now.
    struct Inspect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect",
            abstract: "Say what a token holds and why it would be refused.",
            discussion: """
                Exit codes: 0 it would be accepted, 1 it would be refused.
                Everyone on the machine can see a token on the command line; standard input is nobody else's.
                """
        )

        @OptionGroup var configuration: ConfigurationOption

        @Argument(help: "The token; without it the first line of standard input.")
        var token: String?

        @Option(help: "How to print: text or json.")
        var format = OutputFormat.text

        func run() async throws {
            let settings = try self.configuration.load().settings
            let token = self.read()
            let report = try await TokenInspector(settings).report(on: token, now: Int64(time(nil)))
            switch self.format {
            case .text: StandardOutput.write(report.text)
            case .json: StandardOutput.document(report.inspection.json)
            }
            if report.inspection.flaw != nil { throw CommandFailure(code: 1, message: nil) }
        }

        /// The token without white space around it and without a scheme in front, as people copy it.
        private func read() -> [UInt8] {
            if self.token == nil, StandardInput.isTerminal {
                StandardError.write("Paste the token, then press Enter:\n")
            }
            let bytes = self.token.map { Array($0.utf8) } ?? StandardInput.firstLine(limit: Self.limit)
            let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
            var text = bytes[...].drop(while: isBlank)
            while let last = text.last, isBlank(last) { text.removeLast() }
            let scheme = Array("bearer ".utf8)
            if text.prefix(scheme.count).map({ $0 | 0x20 }) == scheme { text = text.dropFirst(scheme.count) }
            return Array(text.drop(while: isBlank))
        }

        /// Far more than the gate takes, so that a token that is too long is reported as that.
        private static let limit = 1 << 16
    }
}
