extension AccountsEndpoint {
    /// The rows of the route table by which the gate serves the accounts service, and keeps its other paths free.
    ///
    /// - Parameters:
    ///   - index: The place of the first row in the table: behind the configured routes.
    ///   - login: The place of the policy that guarded endpoints take from, or nil.
    ///   - others: The place of the policy that the others take from, or nil.
    ///   - decorations: What every answer gets.
    /// - Returns: The rows, endpoints first.
    package static func routes(from index: Int, login: Int?, others: Int?, decorations: Decorations) -> [Route] {
        var routes: [Route] = []
        for endpoint in self.allCases {
            // The patterns are constants that the tests parse; one that could not be read would serve nothing.
            guard let pattern = try? PathPattern(endpoint.path) else { continue }
            routes.append(
                Route(
                    index: index + routes.count,
                    name: "accounts.\(endpoint.rawValue)",
                    pattern: pattern,
                    methods: MethodSet([endpoint.method]),
                    access: endpoint.isOpen ? .open : .authenticated,
                    destination: .accounts(endpoint),
                    quotas: (endpoint.isGuarded ? login : others).map { [$0] } ?? [],
                    decorations: decorations
                )
            )
        }
        for path in self.reservedPaths {
            guard let pattern = try? PathPattern(path) else { continue }
            routes.append(
                Route(
                    index: index + routes.count,
                    name: "accounts.reserved",
                    pattern: pattern,
                    access: .open,
                    destination: .nobody,
                    decorations: decorations
                )
            )
        }
        return routes
    }
}
