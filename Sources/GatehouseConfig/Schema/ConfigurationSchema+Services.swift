/// Sections of services beside the proxy; the keys of those that this version lacks are known, too, so that nothing is
/// taken for a typo.
extension ConfigurationSchema {
    static let accounts: [Directive] = [
        Directive(
            "database",
            .url,
            .requiredUnlessVariable("DATABASE_URL"),
            secret: true,
            "where accounts are kept: sqlite:PATH"
        ),
        .later("database_tls", .section(databaseTLS), "certificates for PostgreSQL"),
        Directive("issuer", .text, .required, "`iss` of its tokens: the URL that clients know the gate by"),
        Directive("audience", .oneOrMore(.text), .required, "`aud` of its tokens"),
        Directive("signing", .section(signing), .required, "the keys that it signs with"),
        Directive(
            "access_token_lifetime",
            .duration(second...day),
            .defaults(to: "15m"),
            "how long an access token is good"
        ),
        Directive(
            "refresh_token_lifetime",
            .duration(second...tenYears),
            .defaults(to: "30d"),
            "how long a refresh token is good"
        ),
        Directive("scopes", .map(.list(.text, minimum: 0)), "the scopes that a role's tokens carry; by default none"),
        Directive("passwords", .section(passwords), .defaultsToEmptySection, "what a password must be"),
        Directive("email", .section(email), .defaultsToEmptySection, "mails to users"),
    ]

    private static let databaseTLS: [Directive] = [
        Directive("from", .word(["vault", "directory"], later: []), "where certificates come from"),
        Directive("path", .path, "the directory"),
        Directive("role", .text, "the role in Vault"),
        Directive("mount", .text, "the mount in Vault"),
        Directive("common_name", .text, "the name in the certificate"),
        Directive("ttl", .duration(tick...tenYears), "how long the certificate is good"),
        Directive("ca", .path, "PEM roots to trust"),
    ]

    private static let signing: [Directive] = [
        Directive(
            "algorithm",
            .word(
                ["ES256"],
                later: ["ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"]
            ),
            .defaults(to: "ES256"),
            "which signatures"
        ),
        Directive("keys", .path, .required, "the folder of the keys"),
        Directive(
            "rotate_every",
            .duration(tick...tenYears),
            .defaults(to: "90d"),
            "how often the key changes"
        ),
        Directive(
            "activate_after",
            .duration(tick...tenYears),
            .defaults(to: "1h"),
            "how long a key is published before it signs"
        ),
    ]

    private static let passwords: [Directive] = [
        Directive("minimum_length", .integer(8...128), .defaults(to: "12"), "in characters"),
        Directive("minimum_strength", .integer(0...128), .defaults(to: "10"), "in bits, as zxcvbn counts them"),
        Directive("argon2", .section(argon2), .defaultsToEmptySection, "the cost of a hash"),
        Directive("concurrency", .integer(1...1024), .defaults(to: "2"), "hashes at one time"),
        Directive("queue", .integer(0...100_000), .defaults(to: "64"), "how many may wait; one more is 503"),
    ]

    /// What hashes of the database may ask for at most; to make others would lock their users out.
    private static let argon2: [Directive] = [
        Directive("memory", .size(8192...(1 << 30)), .defaults(to: "19MiB"), "for one hash"),
        Directive("iterations", .integer(1...16), .defaults(to: "2"), "passes"),
        Directive("parallelism", .integer(1...16), .defaults(to: "1"), "lanes"),
    ]

    private static let email: [Directive] = [
        Directive("verification", .boolean, .defaults(to: "false"), "whether addresses are verified"),
        .later("smtp", .text, secret: true, "the mail server"),
        .later("from", .text, "the sender"),
    ]

    static let vault: [Directive] = [
        Directive("address", .text, "its URL"),
        Directive("namespace", .text, "its namespace"),
        Directive("tls", .section([Directive("ca", .path, "PEM roots to trust")]), "for its URL"),
        Directive("timeout", .duration(tick...day), "for one request"),
        Directive("refresh", .duration(tick...day), "how often secrets are read again"),
        Directive("authentication", .section(vaultAuthentication), "how the gate logs in"),
    ]

    private static let vaultAuthentication: [Directive] = [
        Directive("method", .word(["kubernetes", "token", "approle"], later: []), "which way"),
        Directive("role", .text, "for kubernetes"),
        Directive("token_file", .path, "for kubernetes and token"),
        Directive("mount", .text, "where the method is mounted"),
        Directive("role_id", .text, "for approle"),
        Directive("secret_id_file", .path, "for approle"),
        Directive("token", .text, secret: true, "the token itself; in development only"),
        Directive("secret_id", .text, secret: true, "the secret id itself; in development only"),
    ]

    static let audit: [Directive] = [
        Directive("file", .path, .required, "where records go"),
        Directive("required", .boolean, .defaults(to: "true"), "a mutation that cannot be recorded is refused"),
    ]

    static let tracing: [Directive] = [
        Directive("otlp", .text, "URL of the collector"),
        Directive("sample", .text, "which share of requests"),
    ]

    static let waiver: [Directive] = [
        Directive("id", .text, "the finding"),
        Directive("reason", .text, "why it is accepted"),
        Directive("expires", .text, "the last day"),
    ]
}
