internal import GatehouseConfig
internal import GatehouseCore
internal import GatehouseEdge

extension Assembly {
    /// The quotas, in the order of the settings' policies.
    static func quotas(from settings: Settings) -> QuotaTable {
        QuotaTable(
            policies: settings.rateLimits.policies.map(Assembly.policy),
            failures: settings.rateLimits.failures.map { Assembly.limit($0.limit) }
        )
    }

    /// The places of the policies that the accounts service's endpoints take from.
    static func accountsQuotas(from settings: Settings) -> (login: Int?, others: Int?) {
        (settings.rateLimits.index(ofPolicy: "login"), settings.rateLimits.index(ofPolicy: "default"))
    }

    /// Where the quotas are counted; throws if TLS material for Redis cannot be used after all.
    static func quotaStore(from settings: Settings, table: QuotaTable) throws -> QuotaShared {
        let kind: QuotaStoreConfiguration.Kind =
            switch settings.rateLimits.store {
            case .memory: .memory
            case .redis(let redis): .redis(try Assembly.redis(redis))
            }
        let fallback: QuotaStoreConfiguration.Fallback =
            switch settings.rateLimits.whenStoreFails {
            case .local: .local
            case .allow: .allow
            case .deny: .deny
            }
        return QuotaShared(
            QuotaStoreConfiguration(
                table: table,
                kind: kind,
                timeoutNanoseconds: settings.rateLimits.timeout.nanoseconds,
                whenStoreFails: fallback
            )
        )
    }

    private static func redis(_ settings: RedisSettings) throws -> RedisConfiguration {
        let layout: RedisConfiguration.Layout =
            switch settings.layout {
            case .single(let endpoint, let database): .single(Assembly.address(endpoint), database: database)
            case .sentinel(let endpoints, let master, let database):
                .sentinel(endpoints.map(Assembly.address), master: master, database: database)
            case .cluster(let endpoints): .cluster(endpoints.map(Assembly.address))
            }
        return RedisConfiguration(
            layout: layout,
            user: settings.user,
            password: settings.password,
            sentinelPassword: settings.sentinelPassword,
            tls: settings.isSecure
                ? try RedisTLS.context(
                    authorityPath: settings.authorityPath,
                    chainPath: settings.certificatePath,
                    keyPath: settings.privateKeyPath
                ) : nil
        )
    }

    private static func address(_ endpoint: RedisEndpoint) -> RedisAddress {
        RedisAddress(host: endpoint.host, port: endpoint.port)
    }

    private static func policy(_ settings: QuotaPolicySettings) -> QuotaPolicy {
        let subject: QuotaPolicy.Subject =
            switch settings.subject {
            case .caller: .caller
            case .address: .address
            case .claim(let name): .claim(ClaimPath(name))
            case .header(let name): .header(name)
            }
        return QuotaPolicy(
            name: settings.name,
            subject: subject,
            limits: settings.limits.map { Assembly.limit($0.limit) },
            tier: settings.tierClaim.map { claim in
                QuotaPolicy.Tier(claim: claim, names: settings.limits.map { $0.name ?? "" })
            },
            isShadow: settings.isShadow
        )
    }

    private static func limit(_ settings: QuotaLimitSettings) -> QuotaLimit {
        QuotaLimit(requests: settings.requests, periodNanoseconds: Int64(clamping: settings.per.nanoseconds))
    }
}
