/// The shortest configuration that is good, with one part of it changed.
enum SmallConfiguration {
    /// The text; `extra` are further lines at the top level.
    static func text(
        mode: String = "production",
        tls: String = "{ certificate: tls.crt, private_key: tls.key }",
        issuer: String = "secret_file: jwt",
        route: String = "{ path: /** }",
        extra: String = ""
    ) -> String {
        """
        version: 1
        mode: \(mode)
        listeners:
          - address: 127.0.0.1:8443
            tls: \(tls)
        upstreams:
          - { name: app, targets: ["http://127.0.0.1:3000"] }
        tokens:
          issuers:
            - name: main
              issuer: https://id.example.com/
              audience: [orders, billing]
              \(issuer)
        routes:
          - \(route)
        \(extra)

        """
    }
}
