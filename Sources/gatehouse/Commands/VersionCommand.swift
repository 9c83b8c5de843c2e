internal import ArgumentParser
internal import GatehouseCore

/// `version`: what this program is.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text

    func run() {
        switch self.format {
        case .text:
            StandardOutput.line("gatehouse \(Version.text)")
        case .json:
            var writer = JSONWriter()
            writer.object { writer in
                writer.name("version")
                writer.string(Version.text)
            }
            StandardOutput.document(writer.bytes)
        }
    }
}
