/// The effective settings for people and machines: defaults filled in, variables expanded, secrets as `<redacted>`.
///
/// What it writes can be read again as a configuration, but for the secrets. Immutable.
package struct ConfigurationDump: Sendable {
    private let root: DumpNode
    private let file: String

    init(_ section: ResolvedSection, file: String) {
        root = DumpNode(section)
        self.file = file
    }

    /// The settings as YAML; with `origins`, each value is followed by where it comes from, as a comment.
    package func yaml(origins: Bool) -> String {
        YAMLWriter(file: file, showsOrigins: origins).text(root)
    }

    /// The settings as one JSON document.
    ///
    /// With `origins` it is `{"settings": ..., "origins": {"limits.request_head": "default", ...}}`.
    package func json(origins: Bool) -> String {
        let settings = JSONWriter.text(root)
        guard origins else { return settings }
        let pairs = root.leaves(below: "").map { leaf in
            "\(JSONWriter.quoted(leaf.path)):\(JSONWriter.quoted(leaf.origin.text(file: file)))"
        }
        return "{\"settings\":\(settings),\"origins\":{\(pairs.joined(separator: ","))}}"
    }
}

extension ValueOrigin {
    /// `proxy.conf:12`, with the variables that were expanded there; `default`; or `environment NAME`.
    func text(file: String) -> String {
        switch self {
        case .file(let line, let variables):
            let expanded = variables.isEmpty ? "" : " (environment \(variables.joined(separator: ", ")))"
            return "\(file):\(line)\(expanded)"
        case .builtIn:
            return "default"
        case .environment(let name):
            return "environment \(name)"
        }
    }
}
