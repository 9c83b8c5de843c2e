internal import ArgumentParser
internal import GatehouseConfig
internal import GatehouseCore

/// `routes`: the effective route table, in the order in which it decides.
struct RoutesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "Print the effective route table, in the order in which it decides."
    )

    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text

    func run() throws {
        let settings = try self.configuration.load().settings
        switch self.format {
        case .text: StandardOutput.write(Self.table(settings))
        case .json: StandardOutput.document(Self.document(settings))
        }
    }

    private static func table(_ settings: Settings) -> String {
        var table = TextTable(["NAME", "PATH", "METHODS", "ACCESS", "LIMITS", "CORS", "UPSTREAM"])
        let origins = self.origins(settings)
        for route in settings.routes {
            table.add([
                route.name, route.path, self.methods(route).joined(separator: ","), self.text(route.access),
                self.text(self.quotas(route, settings)), self.text(origins), route.upstream,
            ])
        }
        return table.text
    }

    private static func text(_ names: [String]) -> String {
        names.isEmpty ? "-" : names.joined(separator: ",")
    }

    private static func text(_ access: RouteSettings.Access) -> String {
        switch access {
        case .public: "public"
        case .authenticated: "authenticated"
        case .require(let requirements):
            requirements.map { requirement in
                let values = requirement.values.map(requirement.name == "scope" ? \.text : \.spelled)
                return "\(requirement.name)=\(values.joined(separator: requirement.name == "scope" ? "+" : "|"))"
            }
            .joined(separator: " ")
        }
    }

    private static func document(_ settings: Settings) -> [UInt8] {
        var writer = JSONWriter()
        let origins = self.origins(settings)
        writer.array { writer in
            for route in settings.routes {
                writer.object { writer in
                    writer.name("name")
                    writer.string(route.name)
                    writer.name("path")
                    writer.string(route.path)
                    writer.name("methods")
                    Self.write(self.methods(route), to: &writer)
                    writer.name("access")
                    Self.write(route.access, to: &writer)
                    writer.name("rate_limits")
                    Self.write(self.quotas(route, settings), to: &writer)
                    writer.name("cors")
                    Self.write(origins, to: &writer)
                    writer.name("upstream")
                    writer.string(route.upstream)
                }
            }
        }
        return writer.bytes
    }

    /// In the form of the file: a word, or `{"require": {NAME: [VALUE, ...]}}`.
    private static func write(_ access: RouteSettings.Access, to writer: inout JSONWriter) {
        switch access {
        case .public: writer.string("public")
        case .authenticated: writer.string("authenticated")
        case .require(let requirements):
            writer.object { writer in
                writer.name("require")
                writer.object { writer in
                    for requirement in requirements {
                        writer.name(requirement.name)
                        writer.array { writer in requirement.values.forEach { writer.value($0.json) } }
                    }
                }
            }
        }
    }

    private static func write(_ texts: [String], to writer: inout JSONWriter) {
        writer.array { writer in texts.forEach { writer.string($0) } }
    }

    /// The methods as configured; `*` stands for every method but TRACE, TRACK and CONNECT.
    private static func methods(_ route: RouteSettings) -> [String] {
        route.methods ?? ["*"]
    }

    /// The names of the quotas that a request on the route takes from, in their order.
    private static func quotas(_ route: RouteSettings, _ settings: Settings) -> [String] {
        let policies = settings.rateLimits.policies
        return route.rateLimits.filter(policies.indices.contains).map { policies[$0].name }
    }

    /// The origins that are let in, which are the same for every route; none without a section `cors`.
    private static func origins(_ settings: Settings) -> [String] {
        switch settings.crossOrigin?.origins {
        case nil: []
        case .any: ["*"]
        case .listed(let patterns):
            patterns.map { pattern in
                switch pattern {
                case .exact(let origin): origin
                case .oneLabel(let prefix, let suffix): prefix + "*" + suffix
                }
            }
        }
    }
}
