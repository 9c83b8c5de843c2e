internal import ArgumentParser
internal import GatehouseConfig

/// `config`: what is in force.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the effective configuration.",
        subcommands: [Dump.self, UnbuiltCommands.Schema.self]
    )

    func run() throws {
        throw ValidationError("say what to do: dump")
    }

    /// `config dump`: the settings with defaults filled in, secrets redacted.
    struct Dump: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dump",
            abstract: "Print the effective settings, secrets redacted."
        )

        @OptionGroup var configuration: ConfigurationOption

        @Flag(help: "Say where each value comes from: the file and line, a default, or the environment.")
        var origins = false

        @Option(help: "How to print: text (YAML) or json.")
        var format = OutputFormat.text

        func run() throws {
            let loaded = try self.configuration.load()
            switch self.format {
            case .text: StandardOutput.write(loaded.dump.yaml(origins: self.origins))
            case .json: StandardOutput.document(Array(loaded.dump.json(origins: self.origins).utf8))
            }
        }
    }
}
