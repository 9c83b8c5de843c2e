/// The sections whose services this version does not have. Their keys are known, so that nothing is taken for a typo.
extension ConfigurationSchema {
    static let accounts: [Directive] = [
        Directive("database", .text, secret: true, "sqlite:PATH or a PostgreSQL URL"),
        Directive("database_tls", .section(databaseTLS), "certificates for PostgreSQL"),
        Directive("issuer", .text, "`iss` of its tokens"),
        Directive("audience", .oneOrMore(.text), "`aud` of its tokens"),
        Directive("signing", .section(signing), "its keys"),
        Directive("access_token_lifetime", .duration(tick...day), "how long an access token is good"),
        Directive("refresh_token_lifetime", .duration(tick...tenYears), "how long a session may rest"),
        Directive("scopes", .map(.list(.text, minimum: 0)), "the scopes of each role"),
        Directive("passwords", .section(passwords), "what a password must be"),
        Directive("email", .section(email), "mails to users"),
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
        Directive("algorithm", .text, "ES256 and others"),
        Directive("keys", .path, "the folder of the keys"),
        Directive("rotate_every", .duration(tick...tenYears), "how often the key changes"),
        Directive("activate_after", .duration(tick...tenYears), "how long a key is published before it signs"),
    ]

    private static let passwords: [Directive] = [
        Directive("minimum_length", .integer(8...128), "in characters"),
        Directive("minimum_strength", .integer(0...128), "in bits"),
        Directive("argon2", .section(argon2), "the cost of a hash"),
        Directive("concurrency", .integer(1...1024), "hashes at one time"),
        Directive("queue", .integer(0...100_000), "logins that may wait"),
    ]

    private static let argon2: [Directive] = [
        Directive("memory", .size(8192...(1 << 32)), "for one hash"),
        Directive("iterations", .integer(1...1000), "passes"),
        Directive("parallelism", .integer(1...64), "lanes"),
    ]

    private static let email: [Directive] = [
        Directive("verification", .boolean, "whether addresses are verified"),
        Directive("smtp", .text, secret: true, "the mail server"),
        Directive("from", .text, "the sender"),
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
        Directive("file", .path, "where records go"),
        Directive("required", .boolean, "a mutation that cannot be recorded is refused"),
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
