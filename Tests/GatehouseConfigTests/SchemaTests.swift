import GatehouseConfig
import Testing

@Suite struct SchemaTests {
    @Test func `the names of a section are different, and each has a line of help`() {
        for (path, directive) in ConfigurationSchema.allPaths {
            let names = directive.type.directives.map(\.name)
            #expect(Set(names).count == names.count, "a key twice in `\(path)`")
            #expect(!directive.help.isEmpty && !directive.help.hasSuffix("."), "help of `\(path)`")
        }
        #expect(Set(ConfigurationSchema.allPaths.map(\.path)).count == ConfigurationSchema.allPaths.count)
    }

    @Test func `every default is a good value`() throws {
        let folder = try ConfigurationFolder()
        let extra = """
            cors: { origins: ["*"] }
            rate_limits: { policies: [{ name: login, requests: 1, per: 1m, by: address }] }
            accounts: { database: "sqlite:a.db", issuer: "https://a.test", audience: a, signing: { keys: keys } }
            audit: { file: audit.jsonl }
            """
        let dump = try #require(folder.read(SmallConfiguration.text(extra: extra)).dump)
        let yaml = dump.yaml(origins: true)
        for (path, directive) in ConfigurationSchema.allPaths {
            guard case .defaults = directive.presence, !path.hasPrefix("routes[].security") else { continue }
            #expect(yaml.contains("\(directive.name): "), "`\(path)` has a default that was not read")
        }
    }

    @Test(arguments: ConfigurationSchema.allPaths.filter { $0.directive.availability == .notSupportedYet }.map(\.path))
    func `what is not supported is an error at its key`(path: String) throws {
        let (text, line, column) = Self.configuration(with: path)
        let folder = try ConfigurationFolder()
        let result = folder.read(text)
        let name = path.split(separator: ".").last.map(String.init) ?? path
        let said = result.errors.first { $0.message == "\(name): not supported in this version" }
        #expect(said?.line == line && said?.column == column, "\(result.diagnostics.map(\.rendered)) for\n\(text)")
        #expect(result.settings == nil)
    }

    /// A file in which only the key at `path` is of interest, and the key's place.
    private static func configuration(with path: String) -> (text: String, line: Int, column: Int) {
        var lines: [String] = []
        var indent = ""
        let parts = path.split(separator: ".").map(String.init)
        for part in parts.dropLast() {
            if part.hasSuffix("[]") {
                lines.append("\(indent)\(part.dropLast(2)):")
                lines.append("\(indent)  -")
                indent += "      "
            } else {
                lines.append("\(indent)\(part):")
                indent += "  "
            }
        }
        lines.append("\(indent)\(parts.last ?? ""): something")
        return (lines.joined(separator: "\n") + "\n", lines.count, indent.count + 1)
    }
}
