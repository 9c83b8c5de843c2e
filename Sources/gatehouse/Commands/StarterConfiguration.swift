internal import GatehouseConfig

/// The text of a first `proxy.conf`, for editing.
struct StarterConfiguration {
    /// Why the file is there; each line becomes a comment at its top.
    var purpose = ["A gate for development, written by `gatehouse init`. It is yours to edit."]
    /// The port of the TLS listener on loopback.
    var port = 8443
    /// The port of the admin listener on loopback.
    var adminPort = 9901
    /// The URL of the app.
    var upstream = "http://127.0.0.1:3000"
    /// The preset of the security headers.
    var preset = SecurityHeaderSettings.Preset.strict

    /// The whole file.
    var text: String {
        self.heading + self.edge + self.tokens + self.access
    }

    /// What the file is, and how strictly it is judged.
    private var heading: String {
        """
        # vim: ft=yaml
        #
        \(self.purpose.map { "# \($0)" }.joined(separator: "\n"))
        #
        # `gatehouse check` says everything that is wrong with it, `gatehouse config dump --origins` what is in force.
        # Relative paths start at the folder of this file.

        version: 1
        mode: development                     # production, the default, refuses plain listeners and literal secrets


        """
    }

    /// Where clients connect, and where the app is.
    private var edge: String {
        """
        # Where clients connect.
        listeners:
          - address: 127.0.0.1:\(self.port)           # 0.0.0.0:\(self.port) takes every interface
            tls:
              certificate: tls/server.crt     # for localhost, 127.0.0.1 and ::1; whoever trusts ca.crt accepts it
              private_key: tls/server.key

        # Health (/livez, /readyz, /startupz) and /metrics. Keep it on loopback.
        admin:
          address: 127.0.0.1:\(self.adminPort)

        limits:
          request_body: 10MiB                 # a longer body is answered 413
          drain_delay: 0s                     # stop at once; behind a load balancer leave the default of 2s

        # The app behind the gate: http:, https: or unix:/path.
        upstreams:
          - name: app
            targets: [\(Self.quoted(self.upstream))]


        """
    }

    /// Whose tokens are good.
    private var tokens: String {
        """
        # Whose tokens are good. `gatehouse token mint --subject NAME` makes one for this issuer.
        tokens:
          issuers:
            - name: local                     # what logs and metrics call it
              issuer: local                   # the exact value of the claim `iss`
              audience: [app]                 # one of these must be in the claim `aud`
              algorithms: [HS256]
              secret_file: secrets/jwt
            # Tokens of an identity provider, by its public keys:
            #- name: corporate
            #  issuer: https://id.example.com/
            #  audience: [app]
            #  jwks_file: keys/corporate.json # or public_key_file: keys/corporate.pem
          forward_claims:                     # what the app is told about the caller; clients cannot send these headers
            X-User-Id: sub
            X-User-Email: email
            X-User-Roles: roles


        """
    }

    /// Who may do what, and what every answer gets.
    private var access: String {
        """
        # Which web pages of other origins may call. Without this section preflights are ordinary requests for the app.
        #cors:
        #  origins: ["http://localhost:5173"]
        #  headers: [Authorization, Content-Type]

        security_headers:
          preset: \(self.preset.rawValue)                      # strict; api for apps that bring their own; off for none

        # Who may do what: the first route whose path matches decides, no match is 404.
        routes:
          - name: health
            path: /healthz
            access: public                    # no credential is read
          #- name: admin
          #  path: /admin/**
          #  access: { require: { roles: [admin] } }
          - name: rest
            path: /**
            access: authenticated             # any good token

        """
    }

    /// The text as a YAML scalar in quotes, which it cannot leave.
    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\", "\"": "\\\(scalar)"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": " "
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
