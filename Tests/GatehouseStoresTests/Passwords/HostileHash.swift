import Testing

/// A stored hash that must be refused before any work is done.
struct HostileHash: Sendable, CustomTestStringConvertible {
    let text: String

    var testDescription: String { String(text.prefix(100)) }

    static let salt = "c29tZXNhbHRzb21lc2FsdA"
    static let tag = "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

    /// A hash that is well formed but for what is passed.
    static func text(
        algorithm: String = "argon2id",
        version: String = "v=19",
        parameters: String = "m=64,t=1,p=1",
        salt: String = salt,
        tag: String = tag
    ) -> String {
        "$\(algorithm)$\(version)$\(parameters)$\(salt)$\(tag)"
    }

    static let all = (parameters + algorithms + parts).map(HostileHash.init)

    private static let parameters = [
        "m=4194304,t=2,p=1", "m=1048577,t=1,p=1", "m=64,t=1000000,p=1", "m=64,t=17,p=1", "m=8192,t=1,p=255",
        "m=136,t=1,p=17", "m=7,t=1,p=1", "m=0,t=1,p=1", "m=64,t=0,p=1", "m=64,t=1,p=0", "m=15,t=1,p=2",
        "m=4294967296,t=1,p=1", "m=4294967360,t=1,p=1", "m=18446744073709551680,t=1,p=1", "m=99999999999,t=1,p=1",
        "m=-64,t=1,p=1", "m=+64,t=1,p=1", "m=064,t=1,p=1", "m=64,t=01,p=1", "m= 64,t=1,p=1", "m=64 ,t=1,p=1",
        "m=0x40,t=1,p=1", "m=6\u{664},t=1,p=1", "m=64.0,t=1,p=1", "m=,t=1,p=1", "m=64,t=,p=", "t=1,m=64,p=1",
        "m=64,t=1", "m=64,t=1,p=1,p=1", "m=64,t=1,p=1,keyid=a", "m=64,t=1,p=1,data=a", "m=64,,t=1,p=1", "M=64,T=1,P=1",
        "m=64,t=1,p=1,", "", "m", "m=64;t=1;p=1",
    ].map { text(parameters: $0) }

    private static let algorithms = [
        text(algorithm: "argon2i"), text(algorithm: "argon2d"), text(algorithm: "Argon2id"),
        text(algorithm: "argon2idx"),
        text(algorithm: ""), text(version: "v=16"), text(version: "v=1"), text(version: "v=019"), text(version: "v=20"),
        text(version: ""), "$argon2id$m=64,t=1,p=1$\(salt)$\(tag)",
        "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", "$1$salt$hash", "{SSHA}abcd", "securepassword",
        "", "$", "$$$$$", "$$$$$$", String(repeating: "$", count: 100_000),
    ]

    private static let parts = [
        text(salt: ""), text(tag: ""), text(salt: "c29tZXM"), text(tag: "c29tZXNhbHQ"), text(salt: salt + "=="),
        text(salt: "c29t-XNhbHRzb21lc2FsdA"), text(salt: "c29t_XNhbHRzb21lc2FsdA"), text(salt: salt + "\n"),
        text(salt: "c29tZXNhbHRzb21lc2FsdB"), text(salt: salt + "AAA"), text(salt: "c29t!XNhbHRzb21lc2FsdA"),
        text(salt: "c29t\u{0}XNhbHRzb21lc2FsdA"), text(tag: tag + "$"), text(tag: tag + "$x"), text(tag: tag + "\u{0}"),
        text(tag: String(repeating: "A", count: 88)), text(salt: String(repeating: "A", count: 88)),
        text(tag: String(repeating: "A", count: 100_000)), " " + text(), text() + " ", text() + "\n",
        String(text().dropFirst()), "\u{feff}" + text(),
    ]
}
