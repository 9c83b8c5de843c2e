import GatehouseConfig
import GatehouseCrypto
import Testing

@Suite struct QuotaSettingsTests {
    @Test func `without a section there is only the quota of refusals, in memory`() throws {
        let settings = try #require(try ConfigurationFolder().read(SmallConfiguration.text()).settings)
        let quotas = settings.rateLimits
        guard case .memory = quotas.store else {
            Issue.record("not in memory")
            return
        }
        #expect(quotas.timeout == .milliseconds(20) && quotas.whenStoreFails == .local && quotas.policies.isEmpty)
        #expect(quotas.failures == FailureQuotaSettings(limit: QuotaLimitSettings(requests: 60, per: .seconds(60))))
        #expect(settings.routes.map(\.rateLimits) == [[]])
    }

    @Test func `policies keep their order, and so do tiers`() throws {
        let extra = """
            rate_limits:
              policies:
                - { name: key, requests: 5, per: 2s, by: "header:X-Api-Key", mode: shadow }
                - { name: org, requests: 6, per: 1d, by: "claim:https://a.test/org" }
                - { name: plan, by: caller, tier: "claim:app.plan", tiers: { pro: 600/1m, free: 60/1h } }
            """
        let result = try ConfigurationFolder().read(SmallConfiguration.text(extra: extra))
        let quotas = try #require(result.settings).rateLimits
        #expect(
            quotas.policies == [
                QuotaPolicySettings(
                    name: "key",
                    subject: .header("X-Api-Key"),
                    limits: [.init(name: nil, limit: QuotaLimitSettings(requests: 5, per: .seconds(2)))],
                    isShadow: true
                ),
                QuotaPolicySettings(
                    name: "org",
                    subject: .claim("https://a.test/org"),
                    limits: [.init(name: nil, limit: QuotaLimitSettings(requests: 6, per: .seconds(86_400)))]
                ),
                QuotaPolicySettings(
                    name: "plan",
                    subject: .caller,
                    limits: [
                        .init(name: "pro", limit: QuotaLimitSettings(requests: 600, per: .seconds(60))),
                        .init(name: "free", limit: QuotaLimitSettings(requests: 60, per: .seconds(3600))),
                    ],
                    tierClaim: "app.plan"
                ),
            ]
        )
        #expect(quotas.index(ofPolicy: "plan") == 2 && quotas.index(ofPolicy: "none") == nil)
    }

    @Test func `a route without quotas takes the default one, and an empty list none`() throws {
        let text = """
            version: 1
            mode: development
            listeners: [{ address: "127.0.0.1:0" }]
            upstreams: [{ name: app, targets: ["http://127.0.0.1:3000"] }]
            routes:
              - { path: /a, access: public }
              - { path: /b, access: public, rate_limits: [] }
              - { path: /c, access: public, rate_limits: [third, first, default] }
            rate_limits:
              policies:
                - { name: first, requests: 1, per: 1m, by: address }
                - { name: default, requests: 1, per: 1m, by: address }
                - { name: third, requests: 1, per: 1m, by: address }

            """
        let settings = try #require(try ConfigurationFolder().read(text).settings)
        #expect(settings.routes.map(\.rateLimits) == [[1], [], [2, 0, 1]])
    }

    @Test func `a store has the password of its file without the line end, and its certificates`() throws {
        let folder = try ConfigurationFolder()
        let text = """
            rate_limits:
              store: rediss+sentinel://gate@127.0.0.1,[::1]/main/4
              store_password_file: jwt
              sentinel_password_file: jwt-other
              tls: { ca: ca.crt, certificate: tls.crt, private_key: tls.key }
            """
        let settings = try #require(folder.read(SmallConfiguration.text(extra: text)).settings)
        let redis = try Self.redis(settings.rateLimits)
        let sentinels = ["127.0.0.1", "::1"].map { RedisEndpoint(host: $0, port: 26_379) }
        #expect(redis.layout == .sentinel(sentinels, master: "main", database: 4))
        #expect(redis.isSecure && redis.user == "gate")
        #expect(redis.password?.constantTimeEquals(Self.secret(1)) == true)
        #expect(redis.sentinelPassword?.constantTimeEquals(Self.secret(2)) == true)
        #expect(redis.authorityPath == "\(folder.path)/ca.crt")
        #expect(redis.certificatePath == "\(folder.path)/tls.crt")
        #expect(redis.privateKeyPath == "\(folder.path)/tls.key")
    }

    @Test func `what has no effect is not in the settings`() throws {
        let text = """
            rate_limits:
              store: redis://127.0.0.1
              sentinel_password_file: jwt
              tls: { ca: ca.crt, certificate: tls.crt, private_key: tls.key }
            """
        let result = try ConfigurationFolder().read(SmallConfiguration.text(extra: text))
        let redis = try Self.redis(try #require(result.settings).rateLimits)
        #expect(result.warnings.count == 2)
        #expect(redis.sentinelPassword == nil && redis.authorityPath == nil && redis.certificatePath == nil)
    }

    @Test func `REDIS_URL beats the file, its password included`() throws {
        let folder = try ConfigurationFolder()
        let extra = "rate_limits: { store: \"rediss://old:6380/1\", store_password_file: jwt }"
        let text = SmallConfiguration.text(extra: extra)
        let whole = folder.read(text, environment: ["REDIS_URL": "redis://gate:newSecret@new/2"])
        let redis = try Self.redis(try #require(whole.settings).rateLimits)
        #expect(redis.layout == .single(RedisEndpoint(host: "new", port: 6379), database: 2) && !redis.isSecure)
        #expect(redis.user == "gate" && redis.password?.constantTimeEquals(Secret(Array("newSecret".utf8))) == true)
        let dump = try #require(whole.dump)
        #expect(dump.yaml(origins: true).contains("  store: redis://gate:***@new/2  # environment REDIS_URL\n"))
        #expect(!dump.yaml(origins: true).contains("newSecret") && !dump.json(origins: true).contains("newSecret"))
        // Without a password in the variable, the file's is used.
        let bare = folder.read(text, environment: ["REDIS_URL": "redis://new"])
        let other = try Self.redis(try #require(bare.settings).rateLimits)
        #expect(other.password?.constantTimeEquals(Self.secret(1)) == true)
        let unset = folder.read(text, environment: ["REDIS_URL": ""])
        let old = try Self.redis(try #require(unset.settings).rateLimits)
        #expect(old.layout == .single(RedisEndpoint(host: "old", port: 6380), database: 1))
    }

    @Test func `REDIS_URL without a section is ignored, with a warning`() throws {
        let url = "redis://:newSecret@h"
        let result = try ConfigurationFolder().read(SmallConfiguration.text(), environment: ["REDIS_URL": url])
        guard case .memory? = result.settings?.rateLimits.store else {
            Issue.record("not in memory")
            return
        }
        #expect(result.warnings.map(\.message) == ["REDIS_URL is set and ignored: there is no `rate_limits` section"])
    }

    private static func redis(_ quotas: RateLimitSettings) throws -> RedisSettings {
        guard case .redis(let redis) = quotas.store else { throw NotRedis() }
        return redis
    }

    private struct NotRedis: Error {}

    private static func secret(_ seed: UInt64) -> Secret {
        Secret(Array(ConfigurationFolder.secretText(seed).utf8))
    }
}
