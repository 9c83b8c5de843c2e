internal import ArgumentParser
internal import GatehouseConfig
internal import GatehouseCore

/// `check`: says everything that is wrong with the configuration, and starts nothing.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validate the configuration and the files that it names.",
        discussion: "Exit codes: 0 good, 78 bad configuration. Warnings do not change them."
    )

    @OptionGroup var configuration: ConfigurationOption

    @Flag(help: "Also run the go-live checks. Not supported in this version.")
    var deploy = false

    @Flag(help: "Make no connection. Without --deploy none is made anyway.")
    var offline = false

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text

    @Option(help: "Which findings of --deploy make the command fail: error or warning.")
    var failLevel = FailLevel.warning

    /// The severity from which a finding counts.
    enum FailLevel: String, ExpressibleByArgument, CaseIterable {
        case error
        case warning
    }

    func run() throws {
        guard !self.deploy else { throw CommandFailure.notSupported("check --deploy") }
        let result = self.configuration.read()
        for diagnostic in result.diagnostics {
            StandardError.write(diagnostic.rendered + "\n")
        }
        switch self.format {
        case .text: self.printSummary(result)
        case .json: StandardOutput.document(Self.document(result))
        }
        guard result.errors.isEmpty, result.settings != nil else { throw CommandFailure(code: 78, message: nil) }
    }

    private func printSummary(_ result: ConfigurationResult) {
        let warnings = Self.count(result.warnings.count, "warning")
        guard let settings = result.settings else {
            StandardError.write("\(Self.count(result.errors.count, "error")), \(warnings)\n")
            return
        }
        let issuers = settings.tokens.issuers.count + (settings.accounts == nil ? 0 : 1)
        let services = [("accounts", settings.accounts != nil), ("audit log", settings.audit != nil)]
        let parts =
            [
                Self.count(settings.listeners.count, "listener"), Self.count(settings.upstreams.count, "upstream"),
                Self.count(issuers, "issuer"), Self.count(settings.routes.count, "route"),
                Self.count(settings.rateLimits.policies.count, "quota"),
            ] + services.filter(\.1).map(\.0)
        StandardOutput.line("\(settings.file): good (\(parts.joined(separator: ", "))), \(warnings)")
    }

    private static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// `{ok, errors, findings, passed}`; findings are those of the go-live checks.
    private static func document(_ result: ConfigurationResult) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("ok")
            writer.bool(result.settings != nil)
            writer.name("errors")
            writer.array { writer in result.errors.forEach { Self.write($0, to: &writer) } }
            writer.name("findings")
            writer.array { _ in }
            writer.name("passed")
            writer.array { _ in }
        }
        return writer.bytes
    }

    private static func write(_ error: Diagnostic, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("file")
            writer.string(error.file)
            writer.name("line")
            writer.integer(Int64(error.line))
            writer.name("column")
            writer.integer(Int64(error.column))
            writer.name("message")
            writer.string(error.message)
        }
    }
}
