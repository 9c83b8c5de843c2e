internal import ArgumentParser
internal import GatehouseConfig

#if canImport(Glibc)
private import Glibc
#endif

/// `--config FILE`, on every command that needs the configuration.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: "The configuration (default: ./proxy.conf, then /etc/gatehouse/proxy.conf)."
    )
    var file: String?

    /// A configuration without errors.
    struct Loaded {
        let settings: Settings
        let dump: ConfigurationDump
        let warnings: [Diagnostic]
    }

    /// Reads the file that the flag, `GATEHOUSE_CONFIG` or the defaults name, in that order.
    func read() -> ConfigurationResult {
        ConfigurationReader.read(path: self.path, environment: ProcessEnvironment.variables)
    }

    /// Reads the configuration; every error is printed at once, and then the exit code is 78.
    func load() throws(CommandFailure) -> Loaded {
        let result = self.read()
        for diagnostic in result.diagnostics { StandardError.write(diagnostic.rendered + "\n") }
        guard let settings = result.settings, let dump = result.dump else {
            let count = result.errors.count
            let message = "\(self.path): \(count) error\(count == 1 ? "" : "s"), nothing was started or changed"
            throw CommandFailure(code: 78, message: message)
        }
        return Loaded(settings: settings, dump: dump, warnings: result.warnings)
    }

    private var path: String {
        if let file = self.file { return file }
        if let file = ProcessEnvironment.variables["GATEHOUSE_CONFIG"], !file.isEmpty { return file }
        return unsafe access("proxy.conf", F_OK) == 0 || access("/etc/gatehouse/proxy.conf", F_OK) != 0
            ? "proxy.conf" : "/etc/gatehouse/proxy.conf"
    }
}

/// How a command prints.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
