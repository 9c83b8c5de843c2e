extension ConfigurationSchema {
    static let listener: [Directive] = [
        Directive("address", .text, .required, "where to listen: HOST:PORT, IPv6 as [HOST]:PORT"),
        Directive(
            "protocols",
            .list(.word(["http/1.1"], later: ["h2"]), minimum: 1),
            .defaultsToList(["http/1.1"]),
            "what is spoken here"
        ),
        Directive("tls", .section(listenerTLS), "TLS here; without it only redirects, or development"),
        Directive("proxy_protocol", .boolean, .defaults(to: "false"), "expect the PROXY protocol from trusted proxies"),
        Directive("redirect_to", .text, "answer every request 308 to this https origin"),
    ]

    static let listenerTLS: [Directive] = [
        Directive("certificate", .path, "PEM chain, leaf first"),
        Directive("private_key", .path, "PEM private key of the leaf"),
        Directive(
            "certificates",
            .list(.section(certificatePair), minimum: 1),
            "several pairs, chosen by the host that the client names (SNI)"
        ),
        Directive(
            "minimum_version",
            .word(["1.2", "1.3"], later: []),
            .defaults(to: "1.2"),
            "the lowest TLS version"
        ),
        .later("client_ca", .path, "roots for client certificates"),
        .later(
            "client_certificate",
            .word(["optional", "required"], later: []),
            "whether clients must show a certificate"
        ),
    ]

    static let certificatePair: [Directive] = [
        Directive("certificate", .path, .required, "PEM chain, leaf first"),
        Directive("private_key", .path, .required, "PEM private key of the leaf"),
    ]

    static let upstream: [Directive] = [
        Directive("name", .text, .required, "how routes call it"),
        Directive(
            "targets",
            .list(.text, minimum: 1),
            .required,
            "where it is: http:, https: or unix:/path; one of them"
        ),
        .later("balance", .word(["least_requests", "round_robin"], later: []), "how several targets share the work"),
        Directive(
            "connect_timeout",
            .duration(tick...day),
            .defaults(to: "2s"),
            "for the connection, TLS included"
        ),
        Directive(
            "response_timeout",
            .duration(tick...day),
            .defaults(to: "30s"),
            "from the end of the request to the end of the answer's head"
        ),
        Directive(
            "idle_timeout",
            .duration(tick...day),
            .defaults(to: "4s"),
            "how long an unused connection is kept; keep it below the app's own (Node: 5s)"
        ),
        Directive("retries", .integer(0...1), .defaults(to: "1"), "on a fresh connection, only where it is safe"),
        .later("circuit_breaker", .section(circuitBreaker), "how much may wait for it"),
        .later("health_check", .section(healthCheck), "asking whether it is well"),
        Directive("tls", .section(upstreamTLS), "for https: targets"),
    ]

    private static let circuitBreaker: [Directive] = [
        Directive("max_requests", .integer(1...1_000_000), "requests at one time"),
        Directive("max_waiting", .integer(0...1_000_000), "requests that wait for a connection"),
    ]

    private static let healthCheck: [Directive] = [
        Directive("path", .text, "what to ask for"),
        Directive("interval", .duration(tick...day), "how often"),
        Directive("timeout", .duration(tick...day), "how long to wait"),
        Directive("healthy_after", .integer(1...100), "good answers in a row until it is used"),
        Directive("unhealthy_after", .integer(1...100), "bad answers in a row until it is not"),
    ]

    private static let upstreamTLS: [Directive] = [
        Directive("ca", .path, "PEM roots to trust; by default the system's"),
        Directive("certificate", .path, "PEM chain that the gate shows"),
        Directive("private_key", .path, "its private key"),
        Directive("server_name", .text, "the name in the upstream's certificate; by default the target's host"),
    ]
}
