import Foundation
import Testing

@testable import GatehouseConfig

/// `proxy.conf.example` and the files that it names.
enum Example {
    /// The text as it is in the checkout.
    static func text() throws -> String {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("proxy.conf.example"), encoding: .utf8)
    }

    /// A folder with the files that the example names.
    static func folder() throws -> ConfigurationFolder {
        let folder = try ConfigurationFolder()
        let copies = [
            ("tls.crt", "tls/tls.crt", 0o644), ("tls.key", "tls/tls.key", 0o600), ("jwt", "secrets/jwt", 0o600),
            ("public.pem", "keys/corporate.pem", 0o644),
        ]
        for (from, to, mode) in copies {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(from)"))
            try folder.write(to, Array(bytes), mode: mode)
        }
        return folder
    }

    /// The example with every directive that is commented out put in force.
    static func uncommented(_ text: String) -> String {
        let lines = text.components(separatedBy: "\n").map { line -> String in
            let indent = line.prefix { $0 == " " }
            let rest = line.dropFirst(indent.count)
            guard rest.hasPrefix("#") else { return line }
            let body = rest.dropFirst()
            let isDirective = body.hasPrefix("  ") || body.first?.isLowercase == true || body.hasPrefix("- ")
            return isDirective ? String(indent + body) : line
        }
        return lines.joined(separator: "\n")
    }

    /// The dotted paths of all keys of a text.
    static func paths(of text: String) throws -> [String] {
        let source = SourceText(file: "example", text: text)
        let diagnostics = DiagnosticCollector(source: source)
        let root = DocumentParser(source: source, diagnostics: diagnostics).parse(text)
        let node = try #require(root, "\(diagnostics.finish().map(\.rendered))")
        return paths(of: node, at: "")
    }

    private static func paths(of node: ConfigurationNode, at path: String) -> [String] {
        switch node.content {
        case .scalar:
            return []
        case .list(let items):
            return items.flatMap { paths(of: $0, at: path + "[]") }
        case .mapping(let entries):
            return entries.flatMap { entry in
                let inner = path.isEmpty ? entry.key : "\(path).\(entry.key)"
                return [inner] + paths(of: entry.value, at: inner)
            }
        }
    }
}
