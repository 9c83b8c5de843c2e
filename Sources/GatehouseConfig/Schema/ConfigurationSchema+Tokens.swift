extension ConfigurationSchema {
    static let tokens: [Directive] = [
        Directive(
            "leeway",
            .duration(.zero...Duration.seconds(3600)),
            .defaults(to: "60s"),
            "how far clocks may be apart"
        ),
        Directive("sources", .list(.text, minimum: 1), .defaultsToList(["authorization"]), "where a token may stand"),
        Directive("forward_token", .boolean, .defaults(to: "false"), "whether the app sees the credential"),
        Directive("forward_claims", .map(.text), "headers for the app, each filled from a claim"),
        Directive(
            "issuers",
            .list(.section(issuer), minimum: 0),
            .defaultsToList([]),
            "whose tokens are good, and by which keys"
        ),
    ]

    static let issuer: [Directive] = [
        Directive("name", .text, .required, "what logs and metrics call it"),
        Directive("accounts", .boolean, "the embedded accounts service, whose issuer and keys are known"),
        Directive("issuer", .text, .requiredUnless("accounts"), "the exact value of the claim `iss`"),
        Directive(
            "audience",
            .oneOrMore(.text),
            .requiredUnless("accounts"),
            "one of these must be in the claim `aud`"
        ),
        Directive(
            "algorithms",
            .list(.text, minimum: 1),
            "which signatures are good; by default what fits the key"
        ),
        Directive("secret_file", .path, "file with a secret for HS256, HS384 or HS512, at least 32 bytes"),
        Directive("secret", .text, secret: true, "the secret itself; in development only"),
        Directive("public_key_file", .path, "PEM file with one public key"),
        Directive("jwks_file", .path, "file with a JSON Web Key Set"),
        .later("jwks_url", .text, "URL of a JSON Web Key Set"),
        .later("discovery", .boolean, "find the key set through the issuer's metadata"),
        .later("jwks", .section(keySetRefresh), "how the key set is kept fresh"),
        .later("vault", .section(vaultReference), "a secret that Vault keeps"),
        .later("tls", .section([Directive("ca", .path, "PEM roots to trust")]), "for the issuer's URLs"),
    ]

    private static let keySetRefresh: [Directive] = [
        Directive("minimum_refresh", .duration(tick...day), "at most so often"),
        Directive("maximum_refresh", .duration(tick...day), "at least so often"),
        Directive("cooldown", .duration(tick...day), "pause after a key that was not there"),
        Directive("timeout", .duration(tick...day), "for one request"),
        Directive("stale", .duration(.zero...day), "how long old keys are used while the issuer is away"),
        Directive("maximum_size", .size(1024...(1 << 24)), "of the key set"),
    ]

    private static let vaultReference: [Directive] = [
        Directive("path", .text, "where it is"),
        Directive("key", .text, "which entry"),
    ]
}
