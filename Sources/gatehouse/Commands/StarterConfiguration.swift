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
        self.heading + self.edge + self.tokens + self.access + self.services
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

    /// Whose tokens are good, and how often callers may ask.
    private var tokens: String {
        """
        # Whose tokens are good. `gatehouse token mint --subject NAME` makes one without a login.
        tokens:
          issuers:
            - name: accounts                  # the accounts service below
              accounts: true
            # Tokens that are signed with a secret (openssl rand -base64 48):
            #- name: legacy                   # what logs and metrics call it
            #  issuer: legacy                 # the exact value of the claim `iss`
            #  audience: [app]                # one of these must be in the claim `aud`
            #  algorithms: [HS256]
            #  secret_file: secrets/jwt
            # Tokens of an identity provider, by its public keys:
            #- name: corporate
            #  issuer: https://id.example.com/
            #  audience: [app]
            #  jwks_file: keys/corporate.json # or public_key_file: keys/corporate.pem
          forward_claims:                     # what the app is told about the caller; clients cannot send these headers
            X-User-Id: sub
            X-User-Email: email
            X-User-Roles: roles

        # How often callers may ask; one request more is 429.
        rate_limits:
          store: memory                       # redis://127.0.0.1:6379/0 is for all processes together; REDIS_URL overrides it
          policies:
            - { name: default, requests: 100, per: 1m, by: caller }     # for routes that name none
            - { name: login, requests: 10, per: 1m, by: address }       # for signup, login and refresh


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
            rate_limits: []
          #- name: admin
          #  path: /admin/**
          #  access: { require: { roles: [admin] } }
          - name: rest
            path: /**
            access: authenticated             # any good token


        """
    }

    /// The accounts service, and the log of who changed what.
    private var services: String {
        """
        # People sign up and log in under /api/v1; /api/v1/openapi.json describes it. `gatehouse users` works on it, too.
        accounts:
          database: sqlite:\(Self.dataFolder)/accounts.db
          issuer: https://localhost:\(self.port)      # `iss` of its tokens: the URL that clients know the gate by
          audience: [app]                     # `aud` of its tokens
          signing:
            keys: \(Self.keysFolder)                   # the folder of the keys, which only the gate may use

        # Who changed what, one line of JSON each.
        audit:
          file: \(Self.dataFolder)/audit.jsonl

        """
    }

    /// The folder of what the gate writes, beside the file.
    static let dataFolder = "data"
    /// The folder of the signing keys.
    static let keysFolder = "data/keys"

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
