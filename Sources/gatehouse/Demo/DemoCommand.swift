internal import ArgumentParser
internal import GatehouseConfig

/// `demo`: a whole gate with nothing to configure, and the `curl` lines to try it.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the gate in front of a small echo app, or of your own, without a configuration.",
        discussion: "Quotas are counted in memory, or in the Redis that REDIS_URL names; no other variable is read."
    )

    @Option(help: "The URL of your own app, in place of the echo app.")
    var upstream: String?

    @Option(help: "The port for TLS on 127.0.0.1.")
    var port = DemoCommand.usualPort

    @Option(
        help: ArgumentHelp(
            "Where to keep accounts, keys and certificates, to use them again; by default a new folder.",
            valueName: "dir"
        )
    )
    var data: String?

    func validate() throws {
        guard (1...65_535).contains(self.port) else { throw ValidationError("--port is 1 to 65535") }
        guard self.data != "" else { throw ValidationError("--data has no name") }
    }

    func run() async throws {
        guard LoopbackPort.isFree(self.port) else {
            throw CommandFailure(code: 1, message: "port \(self.port) is taken; choose another with --port")
        }
        var folder = try DemoFolder.open(self.data)
        let echo = self.upstream == nil ? try await EchoServer.start() : nil
        let file = try folder.write(self.starter(echo))
        let settings: Settings
        do throws(CommandFailure) {
            settings = try Self.settings(file)
            // Made before the first line is printed, so that whoever pastes it at once is served.
            try await OpenAccounts.open(settings).close()
        } catch {
            folder.takeBack()
            throw error
        }
        let guide = DemoGuide(
            folder: folder.path,
            configuration: file,
            port: self.port,
            upstream: self.upstream,
            adminAddress: settings.admin?.address.text,
            quotas: Self.place(of: settings.rateLimits.store)
        )
        try await GateService.run(settings: settings) { _ in StandardOutput.write(guide.text) }
        await echo?.stop()
        StandardOutput.line("\nThe demo has ended; its files are in \(folder.path)")
    }

    private func starter(_ echo: EchoServer?) -> StarterConfiguration {
        StarterConfiguration(
            purpose: [DemoFolder.mark, "`gatehouse init DIR` writes one to keep and to edit."],
            port: self.port,
            // A second demo, which must have another port, leaves the usual one to the first.
            adminPort: self.port == Self.usualPort && LoopbackPort.isFree(9901) ? 9901 : LoopbackPort.next(),
            upstream: self.upstream ?? "http://127.0.0.1:\(echo?.port ?? 0)",
            // Apps that serve pages bring their own policies; those of `strict` would break them.
            preset: self.upstream == nil ? .strict : .api
        )
    }

    private static let usualPort = 8443

    private static func place(of store: RateLimitSettings.Store) -> String {
        switch store {
        case .memory: "counted in memory; REDIS_URL=redis://127.0.0.1:6379/0 counts them in Redis"
        case .redis: "counted in the Redis that REDIS_URL names"
        }
    }

    /// Reads what was written; of the environment only `REDIS_URL` has a say in a demo.
    private static func settings(_ file: String) throws(CommandFailure) -> Settings {
        let result = ConfigurationReader.read(
            path: file,
            environment: ProcessEnvironment.variables.filter { $0.key == "REDIS_URL" }
        )
        for diagnostic in result.errors { StandardError.write(diagnostic.rendered + "\n") }
        guard let settings = result.settings else {
            throw CommandFailure(code: 78, message: "the demo cannot be configured like this; nothing was started")
        }
        return settings
    }
}
