/// The shortest configuration with the accounts service.
enum AccountsConfiguration {
    /// The text; `keys` are further lines of the section, and `extra` ones at the top level.
    static func text(
        mode: String = "production",
        database: String = "database: \"sqlite:accounts.db\"",
        issuer: String = "https://api.example.com",
        keys: [String] = [],
        extra: String = ""
    ) -> String {
        """
        version: 1
        mode: \(mode)
        listeners:
          - address: 127.0.0.1:8443
            tls: { certificate: tls.crt, private_key: tls.key }
        upstreams:
          - { name: app, targets: ["http://127.0.0.1:3000"] }
        routes:
          - { path: /** }
        accounts:
          issuer: \(issuer)
          audience: orders
          signing: { keys: signing-keys }
        \(([database] + keys).filter { !$0.isEmpty }.map { "  " + $0 }.joined(separator: "\n"))
        \(extra)

        """
    }
}
