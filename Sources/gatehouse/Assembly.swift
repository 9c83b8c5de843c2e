internal import GatehouseConfig
internal import GatehouseCore
internal import GatehouseCrypto
internal import GatehouseEdge

/// Turns checked settings into the parts that run: the only place that knows both sides.
enum Assembly {
    /// The decisions of all listeners that carry traffic.
    static func pipeline(from settings: Settings, accounts: AccountsParts?) -> RequestPipeline {
        let crossOrigin = settings.crossOrigin.map(Assembly.crossOrigin)
        let claimHeaders = Assembly.claimHeaders(from: settings)
        return RequestPipeline(
            limits: AdmissionLimits(requestBody: settings.limits.requestBody),
            routes: Assembly.routes(from: settings, crossOrigin: crossOrigin),
            crossOrigin: crossOrigin,
            authenticator: Authenticator(
                verifier: Assembly.verifier(from: settings, accounts: accounts?.issuer),
                accounts: accounts?.tokens(behind: settings.tokens.issuers.count)
            ),
            hygiene: Hygiene(claimHeaders: claimHeaders, forwardsToken: settings.tokens.forwardToken),
            quotas: Assembly.quotas(from: settings),
            defaultDecorations: Decorations(
                securityHeaders: Assembly.securityHeaders(settings.securityHeaders),
                crossOrigin: crossOrigin
            )
        )
    }

    /// The decisions of a listener that only redirects.
    static func redirectPipeline(to origin: String, from settings: Settings) -> RequestPipeline {
        RequestPipeline(
            limits: AdmissionLimits(requestBody: settings.limits.requestBody),
            routes: RouteTable([]),
            crossOrigin: nil,
            authenticator: Authenticator(verifier: Assembly.verifier(from: settings, accounts: nil)),
            hygiene: Hygiene(claimHeaders: [], forwardsToken: false),
            defaultDecorations: Decorations(
                securityHeaders: Assembly.securityHeaders(settings.securityHeaders),
                crossOrigin: nil
            ),
            redirect: Redirect(origin: Array(origin.utf8))
        )
    }

    /// What checks tokens; the accounts service is the last issuer.
    static func verifier(from settings: Settings, accounts: TokenIssuer?) -> TokenVerifier {
        let issuers = settings.tokens.issuers.map { issuer in
            TokenIssuer(
                name: issuer.name,
                issuer: issuer.issuer,
                audiences: issuer.audiences,
                algorithms: issuer.algorithms,
                keys: Assembly.keys(issuer.keys)
            )
        }
        return TokenVerifier(
            issuers: issuers + (accounts.map { [$0] } ?? []),
            leewaySeconds: settings.tokens.leeway.components.seconds,
            claimHeaders: Assembly.claimHeaders(from: settings),
            generation: 1
        )
    }

    /// How requests are tied to their client and their trace.
    static func correlation(from settings: Settings) -> Correlation {
        Correlation(
            trustedProxies: AddressSet(settings.trustedProxies.map { ($0.network, $0.prefixLength) })
        )
    }

    /// The headers that carry claims to the app.
    static func claimHeaders(from settings: Settings) -> [GatehouseCore.ClaimHeader] {
        settings.tokens.forwardClaims.map { GatehouseCore.ClaimHeader(name: $0.header, claim: $0.claim) }
    }

    private static func keys(_ source: IssuerSettings.KeySource) -> GatehouseCore.KeySource {
        switch source {
        case .single(let key, _): .single(key)
        case .set(let set): .set(set)
        }
    }

    private static func routes(from settings: Settings, crossOrigin: CrossOriginPolicy?) -> RouteTable {
        let upstreams = Dictionary(
            settings.upstreams.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var routes: [Route] = []
        for route in settings.routes {
            // Configuration has checked both; a route that could not be built would be one that nobody can reach.
            guard let pattern = try? PathPattern(route.path), let upstream = upstreams[route.upstream] else { continue }
            let methods = route.methods.map(Assembly.methods)
            routes.append(
                Route(
                    index: routes.count,
                    name: route.name,
                    pattern: pattern,
                    methods: methods?.known,
                    otherMethods: methods?.other ?? [],
                    access: Assembly.access(route.access),
                    destination: .upstream(upstream),
                    quotas: route.rateLimits,
                    allowsEmptySegments: route.allowEmptySegments,
                    decorations: Decorations(
                        securityHeaders: Assembly.securityHeaders(route.securityHeaders),
                        crossOrigin: crossOrigin
                    )
                )
            )
        }
        return RouteTable(
            routes,
            own: Assembly.ownRoutes(from: settings, behind: routes.count, crossOrigin: crossOrigin)
        )
    }

    /// The endpoints of the accounts service, if there is one.
    private static func ownRoutes(
        from settings: Settings,
        behind count: Int,
        crossOrigin: CrossOriginPolicy?
    ) -> [Route] {
        guard settings.accounts != nil else { return [] }
        let quotas = Assembly.accountsQuotas(from: settings)
        return AccountsEndpoint.routes(
            from: count,
            login: quotas.login,
            others: quotas.others,
            decorations: Decorations(
                securityHeaders: Assembly.securityHeaders(settings.securityHeaders),
                crossOrigin: crossOrigin
            )
        )
    }

    private static func methods(_ tokens: [String]) -> (known: MethodSet, other: [[UInt8]]) {
        var known: [GatehouseCore.Method] = []
        var other: [[UInt8]] = []
        for token in tokens {
            if let method = GatehouseCore.Method.allCases.first(where: { $0 != .other && $0.token.description == token }
            ) {
                known.append(method)
            } else {
                other.append(Array(token.utf8))
            }
        }
        return (MethodSet(known), other)
    }

    private static func access(_ access: RouteSettings.Access) -> GatehouseCore.Access {
        switch access {
        case .public: .open
        case .authenticated: .authenticated
        case .require(let requirements):
            .required(
                requirements.map { requirement in
                    requirement.name == "scope"
                        ? Requirement(scope: requirement.values.map(\.text))
                        : Requirement(claim: requirement.name, values: requirement.values)
                }
            )
        }
    }

    private static func securityHeaders(_ settings: SecurityHeaderSettings) -> SecurityHeaders {
        SecurityHeaders(settings.fields.map { SecurityHeaders.Field(name: FieldName.intern($0.name), value: $0.value) })
    }

    private static func crossOrigin(_ settings: CrossOriginSettings) -> CrossOriginPolicy {
        CrossOriginPolicy(
            origins: Assembly.origins(settings.origins),
            methods: settings.methods,
            headers: settings.headers,
            expose: settings.exposed,
            credentials: settings.credentials,
            maxAgeSeconds: Int(clamping: settings.maxAge.components.seconds)
        )
    }

    private static func origins(_ origins: CrossOriginSettings.Origins) -> AllowedOrigins {
        switch origins {
        case .any: .any
        case .listed(let patterns):
            .listed(
                patterns.map { pattern in
                    switch pattern {
                    case .exact(let text): .exact(Array(text.utf8))
                    case .oneLabel(let prefix, let suffix):
                        .oneLabel(prefix: Array(prefix.utf8), suffix: Array(suffix.utf8))
                    }
                }
            )
        }
    }
}
