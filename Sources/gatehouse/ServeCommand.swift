internal import ArgumentParser

/// `serve`: runs what the configuration says until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run what proxy.conf says."
    )

    @OptionGroup var configuration: ConfigurationOption

    func run() async throws {
        let loaded = try self.configuration.load()
        try await GateService.run(settings: loaded.settings) { addresses in
            for address in addresses { StandardError.write("gatehouse: listening on \(address)\n") }
        }
    }
}
