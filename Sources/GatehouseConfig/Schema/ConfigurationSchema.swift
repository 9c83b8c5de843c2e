/// The table of all directives of `proxy.conf`: the one source for checks, suggestions, dump and documentation.
package enum ConfigurationSchema {
    /// The keys at the top of the file, in the order in which they are usually written.
    package static let root: [Directive] =
        general + [
            Directive("listeners", .list(.section(listener), minimum: 1), .required, "where clients connect"),
            Directive("admin", .section(admin), "health, metrics and commands; without it there are none"),
            Directive(
                "trusted_proxies",
                .list(.text, minimum: 0),
                .defaultsToList([]),
                "addresses and ranges whose forwarding headers are believed"
            ),
            Directive("limits", .section(limits), .defaultsToEmptySection, "what a client may ask of the gate"),
            Directive(
                "upstreams",
                .list(.section(upstream), minimum: 0),
                .defaultsToList([]),
                "the apps behind the gate"
            ),
            Directive("tokens", .section(tokens), .defaultsToEmptySection, "which tokens are good"),
            Directive("cors", .section(crossOrigin), "which web pages of other origins may call"),
            Directive("rate_limits", .section(rateLimits), .defaultsToEmptySection, "quotas"),
            Directive(
                "security_headers",
                .section(securityHeaders(preset: .defaults(to: "strict"))),
                .defaultsToEmptySection,
                "security headers on every answer"
            ),
            Directive(
                "routes",
                .list(.section(route), minimum: 0),
                .defaultsToList([]),
                "who may do what; the first route that matches decides, no match is 404"
            ),
        ] + services

    private static let general: [Directive] = [
        Directive("version", .integer(1...1), .required, "the version of this format"),
        Directive(
            "mode",
            .word(["production", "development"], later: []),
            .defaults(to: "production"),
            "development allows plain listeners and literal secrets, loudly"
        ),
        Directive(
            "workers",
            .wordOr(["auto"], .integer(1...1024)),
            .defaults(to: "auto"),
            "event loops that carry traffic: auto (the cores that the process may use) or a number"
        ),
    ]

    private static let services: [Directive] = [
        Directive("accounts", .section(accounts), "the embedded accounts service"),
        .later("vault", .section(vault), "HashiCorp Vault as a source of secrets"),
        Directive("audit", .section(audit), "the log of who changed what"),
        Directive(
            "access_log",
            .wordOr(["off"], .section(accessLog)),
            .defaultsToEmptySection,
            "one line a request; `off` for none"
        ),
        .later("tracing", .section(tracing), "spans over OTLP"),
        .later("waivers", .list(.section(waiver), minimum: 0), "go-live findings that are accepted for a while"),
    ]

    static let limits: [Directive] = [
        Directive(
            "request_head",
            .size(1024...(1 << 20)),
            .defaults(to: "32KiB"),
            "request line and header fields together"
        ),
        Directive("header_count", .integer(1...10_000), .defaults(to: "100"), "header fields in one request"),
        Directive("request_body", .size(1...(1 << 40)), .defaults(to: "10MiB"), "one request body"),
        Directive("connections", .integer(1...10_000_000), .defaults(to: "10000"), "client connections at one time"),
        .later("streams_per_connection", .integer(1...10_000), "HTTP/2 requests at one time on one connection"),
        Directive("header_timeout", .duration(tick...day), .defaults(to: "10s"), "how long a request head may take"),
        Directive(
            "body_idle_timeout",
            .duration(tick...day),
            .defaults(to: "30s"),
            "the longest silence within a request body"
        ),
        Directive(
            "keep_alive_timeout",
            .duration(tick...day),
            .defaults(to: "75s"),
            "how long a connection may wait for its next request"
        ),
        Directive(
            "drain_delay",
            .duration(.zero...day),
            .defaults(to: "2s"),
            "after SIGTERM /readyz fails and everything else goes on for so long"
        ),
        Directive(
            "drain_timeout",
            .duration(.zero...day),
            .defaults(to: "30s"),
            "after that delay, what still runs after so long is ended"
        ),
    ]

    static let admin: [Directive] = [
        Directive("address", .text, .required, "where health, metrics and commands are served: HOST:PORT")
    ]

    static let accessLog: [Directive] = [
        Directive("file", .text, .defaults(to: "stdout"), "stdout, or a file to append to"),
        Directive("format", .word(["json"], later: []), .defaults(to: "json"), "the form of a line"),
    ]

    /// The shortest duration that makes sense for a timeout.
    static let tick = Duration.milliseconds(1)
    /// The shortest one for what is counted in whole seconds.
    static let second = Duration.seconds(1)
    /// The longest one.
    static let day = Duration.seconds(86_400)
    /// For lifetimes and rotation.
    static let tenYears = Duration.seconds(315_360_000)
}
