import Foundation
import GatehouseConfig
import Testing

/// One file of `Golden`: a configuration, a line of dashes, and what the reader must say about it.
///
/// Comments on top of the configuration may set variables: `# env: NAME=VALUE`. Below the line stand the diagnostics, or
/// `accepted`; after a line `dump:` follow lines that must be in `config dump --origins`, in this order.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    let name: String
    let configuration: String
    let environment: [String: String]
    let expected: String
    let expectedDump: [String]

    var testDescription: String { name }

    init(name: String, text: String) throws {
        let halves = text.components(separatedBy: "\n----------\n")
        try #require(halves.count == 2, "\(name) needs exactly one line of ten dashes")
        self.name = name
        configuration = halves[0] + "\n"
        environment = Self.environment(of: halves[0])
        let parts = ("\n" + halves[1]).components(separatedBy: "\ndump:\n")
        expected = parts[0].trimmingCharacters(in: .newlines)
        expectedDump = parts.count > 1 ? parts[1].components(separatedBy: "\n").filter { !$0.isEmpty } : []
    }

    /// What the reader says, with the folder replaced by `@FOLDER@`.
    static func outcome(of result: ConfigurationResult, in folder: String) -> String {
        let said = result.diagnostics.map(\.rendered).joined(separator: "\n")
        return (said.isEmpty ? "accepted" : said).replacingOccurrences(of: folder, with: "@FOLDER@")
    }

    /// All cases, by name.
    static func all() throws -> [GoldenCase] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try names.filter { $0.hasSuffix(".conftest") }.map { name in
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            return try GoldenCase(name: name, text: text)
        }
    }

    private static func environment(of text: String) -> [String: String] {
        var environment: [String: String] = [:]
        for line in text.components(separatedBy: "\n") where line.hasPrefix("# env: ") {
            let pair = line.dropFirst(7).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 {
                environment[String(pair[0])] = String(pair[1])
            }
        }
        return environment
    }
}
