internal import ArgumentParser
internal import GatehouseConfig
internal import GatehouseCore
internal import GatehouseCrypto

private import Glibc

extension TokenCommand {
    /// `token mint`: signs an access token with the key of one of the configured issuers.
    struct Mint: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "mint",
            abstract: "Make an access token that the gate accepts.",
            discussion: """
                Prints the token alone; with --format json {access_token, token_type, expires_in}.
                It is recorded in the audit log, if there is one.
                """
        )

        @OptionGroup var configuration: ConfigurationOption

        @Option(help: "The claim `sub`: who the caller is.")
        var subject: String

        @Option(help: "The configured name of the issuer; by default the only one that can sign.")
        var issuer: String?

        @Option(help: "How long the token is good: a number with s, m, h or d.")
        var lifetime = Lifetime.standard

        @Option(help: "The claim `scope`: scopes separated by spaces.")
        var scope: String?

        @Option(
            name: .customLong("claim"),
            help: ArgumentHelp(
                "A further claim, given once for each; a value that is JSON stands for that value.",
                valueName: "NAME=VALUE"
            )
        )
        var claims: [String] = []

        @Option(help: "How to print: text or json.")
        var format = OutputFormat.text

        func validate() throws {
            guard !self.subject.isEmpty else { throw ValidationError("--subject is empty") }
        }

        func run() throws {
            let request = try self.request()
            let settings = try self.configuration.load().settings
            let token = try TokenSource(self.issuer, in: settings).mint(request, now: Int64(time(nil)))
            // Before it is shown: a token that nobody knows of is what the record is there to prevent.
            try self.record(in: settings)
            switch self.format {
            case .text: StandardOutput.line(token)
            case .json: StandardOutput.document(self.document(token))
            }
        }

        private func record(in settings: Settings) throws(CommandFailure) {
            let log = OpenAudit(settings, report: OpenAudit.toStandardError).log
            let actor = AuditEvent.Party.command(SystemAccount.name)
            do throws(AuditFault) {
                try log.append(AuditEvent(.tokenMint, actor: actor, target: .user(self.subject)))
            } catch {
                throw CommandFailure(code: 1, message: "no token was made, for it cannot be recorded: \(error.message)")
            }
        }

        private func request() throws(CommandFailure) -> TokenMint.Request {
            do throws(TokenMint.Flaw) {
                return TokenMint.Request(
                    subject: self.subject,
                    lifetimeSeconds: self.lifetime.seconds,
                    scope: self.scope,
                    claims: try TokenMint.claims(self.claims)
                )
            } catch {
                throw CommandFailure(code: 2, message: error.message)
            }
        }

        private func document(_ token: String) -> [UInt8] {
            var writer = JSONWriter()
            writer.object { writer in
                writer.name("access_token")
                writer.string(token)
                writer.name("token_type")
                writer.string("Bearer")
                writer.name("expires_in")
                writer.integer(self.lifetime.seconds)
            }
            return writer.bytes
        }
    }
}
