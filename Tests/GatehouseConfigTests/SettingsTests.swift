import Foundation
import GatehouseConfig
import GatehouseCore
import GatehouseCrypto
import Testing

@Suite struct SettingsTests {
    @Test func `a small file gets every default of the format`() throws {
        let settings = try #require(try ConfigurationFolder().read(SmallConfiguration.text()).settings)
        #expect(settings.mode == .production)
        #expect(settings.workers == .automatic)
        #expect(settings.limits.requestHead == 32 << 10)
        #expect(settings.limits.headerCount == 100)
        #expect(settings.limits.requestBody == 10 << 20)
        #expect(settings.limits.connections == 10_000)
        #expect(settings.limits.headerTimeout == .seconds(10))
        #expect(settings.limits.bodyIdleTimeout == .seconds(30))
        #expect(settings.limits.keepAliveTimeout == .seconds(75))
        #expect(settings.limits.drainDelay == .seconds(2))
        #expect(settings.limits.drainTimeout == .seconds(30))
        let upstream = try #require(settings.upstreams.first)
        #expect(upstream.connectTimeout == .seconds(2) && upstream.responseTimeout == .seconds(30))
        #expect(upstream.idleTimeout == .seconds(4) && upstream.retries == 1)
        #expect(settings.tokens.leeway == .seconds(60) && !settings.tokens.forwardToken)
        #expect(settings.tokens.sources == [.authorization] && settings.tokens.forwardClaims.isEmpty)
        #expect(settings.crossOrigin == nil && settings.admin == nil && settings.trustedProxies.isEmpty)
        #expect(settings.accessLog == .standardOutput)
        #expect(settings.routes.map(\.access) == [.authenticated])
        #expect(settings.routes.first?.methods == nil && settings.routes.first?.upstream == "app")
    }

    @Test func `strict has the eight headers of the format, and only one is for TLS`() throws {
        let headers = try #require(try ConfigurationFolder().read(SmallConfiguration.text()).settings).securityHeaders
        let lines = headers.fields.map { "\($0.name): \($0.value)" }
        #expect(
            lines == [
                "Strict-Transport-Security: max-age=31536000; includeSubDomains",
                "X-Content-Type-Options: nosniff",
                "X-Frame-Options: DENY",
                "Referrer-Policy: no-referrer",
                "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
                "Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=()",
                "Cross-Origin-Opener-Policy: same-origin",
                "Cross-Origin-Resource-Policy: same-origin",
            ]
        )
        #expect(headers.fields.filter(\.onlyOverTLS).map(\.name) == ["Strict-Transport-Security"])
    }

    @Test func `a route's headers override the global ones key by key`() throws {
        let route = "{ path: /a, security_headers: { preset: off, x_frame_options: null } }"
        let extra = "security_headers: { preset: api, referrer_policy: origin, x_frame_options: SAMEORIGIN }"
        let text = SmallConfiguration.text(route: route, extra: extra)
        let settings = try #require(try ConfigurationFolder().read(text).settings)
        #expect(
            settings.securityHeaders.fields.map(\.name) == [
                "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy",
            ]
        )
        let own = try #require(settings.routes.first).securityHeaders
        #expect(own.fields.map { "\($0.name): \($0.value)" } == ["Referrer-Policy: origin"])
        #expect(own.leftOut == ["X-Frame-Options"])
    }

    @Test func `keys are loaded and algorithms resolved`() throws {
        let folder = try ConfigurationFolder()
        let secret = try Self.issuer("secret_file: jwt", folder)
        #expect(secret.algorithms == [.hs256] && secret.audiences == ["orders", "billing"])
        #expect(secret.keyPath == "\(folder.path)/jwt")
        guard case .single(let key, let signing?) = secret.keys else {
            Issue.record("no signing secret")
            return
        }
        // The line end of the file is not part of the secret.
        #expect(signing.count == 64 && key.kind == .octets(count: 64))
        #expect(try Self.issuer("public_key_file: public.pem", folder).algorithms == [.es256])
        #expect(try Self.issuer("public_key_file: ed25519.pem", folder).algorithms == [.edDSA])
        guard case .set(let keys) = try Self.issuer("jwks_file: keys.json", folder).keys else {
            Issue.record("no key set")
            return
        }
        #expect(keys.keys.count == 1)
    }

    @Test func `certificates carry their names in lower case`() throws {
        let settings = try #require(try ConfigurationFolder().read(SmallConfiguration.text()).settings)
        guard case .tls(let tls)? = settings.listeners.first?.service else {
            Issue.record("no TLS")
            return
        }
        #expect(tls.minimumVersion == .tls12)
        #expect(tls.certificates.first?.names == ["localhost", "api.example.com"])
    }

    @Test func `listeners, targets and origins are taken apart`() throws {
        let text = """
            version: 1
            listeners:
              - { address: "[::]:0", redirect_to: "https://API.example.com:8443/" }
            upstreams:
              - { name: a, targets: ["https://App.internal"] }
              - { name: b, targets: ["unix:run/app.sock"] }
              - { name: c, targets: ["http://[::1]:3000/"] }
            cors: { origins: ["https://app.example.com", "https://*.example.com:8443"], credentials: on, max_age: 2m }

            """
        let folder = try ConfigurationFolder()
        let settings = try #require(folder.read(text).settings)
        let listener = try #require(settings.listeners.first)
        #expect(listener.address.text == "[::]:0" && listener.address.isIPv6 && listener.protocols == [.http1])
        guard case .redirect(let origin) = listener.service else {
            Issue.record("no redirect")
            return
        }
        #expect(origin == "https://api.example.com:8443")
        #expect(
            settings.upstreams.map(\.target) == [
                .https(host: "app.internal", port: 443), .unix(path: "\(folder.path)/run/app.sock"),
                .http(host: "::1", port: 3000),
            ]
        )
        #expect(settings.upstreams.first?.tls?.serverName == "app.internal")
        #expect(settings.upstreams.last?.tls == nil)
        let cors = try #require(settings.crossOrigin)
        #expect(
            cors.origins
                == .listed([
                    .exact("https://app.example.com"), .oneLabel(prefix: "https://", suffix: ".example.com:8443"),
                ])
        )
        #expect(cors.credentials && cors.maxAge == .seconds(120) && cors.exposed == ["X-Request-Id"])
    }

    @Test func `required values keep their types, and scopes are text`() throws {
        let route = "{ path: /a, access: { require: { n: [5, \"5\", true, 5], scope: [7, true] } } }"
        let folder = try ConfigurationFolder()
        let result = folder.read(SmallConfiguration.text(route: route))
        let settings = try #require(result.settings)
        #expect(
            settings.routes.first?.access
                == .require([
                    ClaimRequirement(name: "n", values: [.number(JSONNumber(5)), .text("5"), .boolean(true)]),
                    ClaimRequirement(name: "scope", values: [.text("7"), .text("true")]),
                ])
        )
        #expect(result.dump?.json(origins: false).contains(#""n":[5,"5",true,5]"#) == true)
    }

    private static func issuer(_ key: String, _ folder: ConfigurationFolder) throws -> IssuerSettings {
        let settings = try #require(folder.read(SmallConfiguration.text(issuer: key)).settings)
        return try #require(settings.tokens.issuers.first)
    }
}
