extension ConfigurationSchema {
    static let crossOrigin: [Directive] = [
        Directive(
            "origins",
            .list(.text, minimum: 1),
            .required,
            "scheme://host[:port]; `*` in place of the first label is exactly one label; or only \"*\""
        ),
        Directive(
            "methods",
            .list(.text, minimum: 1),
            .defaultsToList(["GET", "POST", "PUT", "PATCH", "DELETE"]),
            "methods that other origins may use"
        ),
        Directive(
            "headers",
            .list(.text, minimum: 0),
            .defaultsToList(["Authorization", "Content-Type"]),
            "request headers that other origins may send"
        ),
        Directive(
            "expose",
            .list(.text, minimum: 0),
            .defaultsToList(["X-Request-Id"]),
            "response headers that scripts may read"
        ),
        Directive(
            "credentials",
            .boolean,
            .defaults(to: "false"),
            "whether cookies and client certificates are allowed"
        ),
        Directive("max_age", .duration(.zero...day), .defaults(to: "10m"), "how long a browser may keep the answer"),
    ]

    /// The keys of `security_headers`; in a route the preset has no default, for the global one goes on.
    static func securityHeaders(preset: Directive.Presence) -> [Directive] {
        [
            Directive(
                "preset",
                .word(["strict", "api", "off"], later: []),
                preset,
                "strict: all eight; api: the first two, for apps that bring their own; off: none"
            )
        ]
            + SecurityHeader.all.map { header in
                Directive(header.key, .textOrNull, "\(header.name) in place of the preset's, or null to leave it out")
            }
    }

    static let rateLimits: [Directive] = [
        Directive("store", .url, .defaults(to: "memory"), secret: true, "memory, or the URL of Redis"),
        Directive("store_password_file", .path, "file with the password of Redis"),
        Directive("store_password", .text, secret: true, "the password of Redis; in development only"),
        Directive("sentinel_password_file", .path, "file with the password of the sentinels"),
        Directive("sentinel_password", .text, secret: true, "the password of the sentinels; in development only"),
        Directive("tls", .section(storeTLS), "for rediss: URLs"),
        Directive("timeout", .duration(tick...day), .defaults(to: "20ms"), "how long a request waits for the store"),
        Directive(
            "when_store_fails",
            .word(["local", "allow", "deny"], later: []),
            .defaults(to: "local"),
            "while the store is away: local, this process's share of each quota; allow; or deny, which is 503"
        ),
        Directive(
            "failures",
            .wordOr(["off"], .section(failures)),
            .defaultsToEmptySection,
            "the quota that refused tokens and logins take from; `off` for none"
        ),
        Directive("policies", .list(.section(policy), minimum: 0), .defaultsToList([]), "the quotas"),
    ]

    private static let storeTLS: [Directive] = [
        Directive("ca", .path, "PEM roots to trust; by default the system's"),
        Directive("certificate", .path, "PEM chain that the gate shows"),
        Directive("private_key", .path, "its private key"),
    ]

    private static let failures: [Directive] = [
        Directive("requests", .integer(QuotaLimitSettings.requestRange), .defaults(to: "60"), "how many"),
        Directive("per", .duration(tick...day), .defaults(to: "1m"), "in how long"),
        Directive("by", .word(["address"], later: []), .defaults(to: "address"), "always by address"),
    ]

    private static let policy: [Directive] = [
        Directive("name", .text, .required, "how routes call it"),
        Directive("requests", .integer(QuotaLimitSettings.requestRange), "how many"),
        Directive("per", .duration(tick...day), "in how long"),
        Directive("by", .text, .defaults(to: "caller"), "caller, address, claim:NAME or header:NAME"),
        Directive("tier", .text, "claim:NAME, the claim that names a tier"),
        Directive("tiers", .map(.text), "quota of each tier, like 60/1m; the first is for whoever has none"),
        Directive(
            "mode",
            .word(["enforce", "shadow"], later: []),
            .defaults(to: "enforce"),
            "shadow only counts"
        ),
    ]

    static let route: [Directive] = [
        Directive("name", .text, "what logs and metrics call it; by default the path"),
        Directive("path", .text, .required, "`*` is one segment; `/a/**` is /a and everything below"),
        Directive("methods", .list(.text, minimum: 1), "by default every method but TRACE, TRACK and CONNECT"),
        Directive(
            "access",
            .wordOr(["public", "authenticated"], .section(access)),
            .defaults(to: "authenticated"),
            "public, authenticated, or what the token must hold"
        ),
        Directive(
            "rate_limits",
            .list(.text, minimum: 0),
            "names of quotas, [] for none; by default `default` if there is one"
        ),
        Directive("upstream", .text, "the app; by default the only one"),
        Directive(
            "security_headers",
            .section(securityHeaders(preset: .optional)),
            "laid over the global section, key by key"
        ),
        Directive("allow_empty_segments", .boolean, .defaults(to: "false"), "whether // may be in the path"),
    ]

    private static let access: [Directive] = [
        Directive(
            "require",
            .map(.oneOrMore(.claimValue)),
            .required,
            "every claim must hold: `scope` all of its values, any other one of them"
        )
    ]
}
