internal import GatehouseConfig
internal import GatehouseCore
internal import GatehouseEdge
internal import NIOCore

extension Assembly {
    /// Everything the edge needs, built from settings; throws if TLS material cannot be used after all.
    static func edge(
        from settings: Settings,
        accessLog: AccessLogWriter?,
        sockets: InheritedSockets,
        accounts: AccountsParts?
    ) throws -> EdgeConfiguration {
        let pipeline = Assembly.pipeline(from: settings, accounts: accounts)
        var limits = Assembly.limits(settings.limits)
        limits.connections = OpenFileLimit.raise(for: limits.connections)
        return EdgeConfiguration(
            workers: Assembly.workers(settings.workers),
            listeners: try settings.listeners.map { try Assembly.listener($0, settings, sockets) },
            limits: limits,
            upstreams: try settings.upstreams.map(Assembly.target),
            pipeline: pipeline,
            correlation: Assembly.correlation(from: settings),
            reservedNames: settings.tokens.forwardClaims.map(\.header),
            names: Assembly.names(from: settings),
            accessLog: accessLog,
            quotas: try Assembly.quotaStore(from: settings, table: pipeline.quotas),
            accounts: accounts?.port
        )
    }

    /// The names that records and metrics use.
    static func names(from settings: Settings) -> RecordNames {
        RecordNames(
            routes: settings.routes.map(\.name),
            upstreams: settings.upstreams.map(\.name),
            issuers: settings.tokens.issuers.map(\.name) + (settings.accounts.map { [$0.issuerName] } ?? []),
            policies: Assembly.quotas(from: settings).policies.map(\.name)
        )
    }

    private static func workers(_ workers: Settings.Workers) -> Int {
        switch workers {
        case .count(let count): count
        // Counts the cores that affinity and the control group leave to the process.
        case .automatic: max(1, System.coreCount)
        }
    }

    private static func listener(
        _ listener: ListenerSettings,
        _ settings: Settings,
        _ sockets: InheritedSockets
    ) throws -> EdgeConfiguration.Listener {
        var tls: TLSContext?
        var pipeline: RequestPipeline?
        switch listener.service {
        case .tls(let tlsSettings):
            tls = try ServerTLS.context(
                try tlsSettings.certificates.map { pair in
                    try ServerTLS.Identity(
                        chainPath: pair.certificatePath,
                        keyPath: pair.privateKeyPath,
                        names: pair.names
                    )
                },
                requiresTLS13: tlsSettings.minimumVersion == .tls13,
                protocols: listener.protocols.map(\.rawValue)
            )
        case .plain:
            break
        case .redirect(let origin):
            pipeline = Assembly.redirectPipeline(to: origin, from: settings)
        }
        return EdgeConfiguration.Listener(
            host: listener.address.host,
            port: Int(listener.address.port),
            tls: tls,
            pipeline: pipeline,
            inheritedSocket: sockets.socket(for: listener.address)
        )
    }

    private static func target(_ upstream: UpstreamSettings) throws -> UpstreamTarget {
        var timings = UpstreamTimings()
        timings.connectTimeout = upstream.connectTimeout.nanoseconds
        timings.responseTimeout = upstream.responseTimeout.nanoseconds
        timings.idleTimeout = upstream.idleTimeout.nanoseconds
        timings.retries = upstream.retries
        let address: UpstreamTarget.Address
        let authority: String
        switch upstream.target {
        case .http(let host, let port):
            address = .host(host, port: Int(port))
            authority = Assembly.authority(host, port, isDefault: port == 80)
        case .https(let host, let port):
            address = .host(host, port: Int(port))
            authority = Assembly.authority(host, port, isDefault: port == 443)
        case .unix(let path):
            address = .unix(path)
            authority = "localhost"
        }
        return UpstreamTarget(
            name: upstream.name,
            address: address,
            tls: try upstream.tls.map(Assembly.upstreamTLS),
            serverName: upstream.tls.flatMap { Assembly.isAddress($0.serverName) ? nil : $0.serverName },
            authority: authority,
            timings: timings
        )
    }

    private static func upstreamTLS(_ settings: UpstreamTLSSettings) throws -> TLSContext {
        try UpstreamTLS.context(
            authorityPath: settings.authorityPath,
            chainPath: settings.clientCertificate?.certificatePath,
            keyPath: settings.clientCertificate?.privateKeyPath
        )
    }

    private static func authority(_ host: String, _ port: UInt16, isDefault: Bool) -> String {
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return isDefault ? bracketed : "\(bracketed):\(port)"
    }

    /// An address is no server name (RFC 6066 section 3); the certificate is then checked against the address itself.
    private static func isAddress(_ name: String) -> Bool {
        NetworkAddress(Array(name.utf8)[...]) != nil
    }

    private static func limits(_ settings: LimitSettings) -> EdgeLimits {
        var limits = EdgeLimits()
        limits.requestHead = settings.requestHead
        limits.headerCount = settings.headerCount
        limits.connections = settings.connections
        limits.headerTimeout = settings.headerTimeout.nanoseconds
        limits.bodyIdleTimeout = settings.bodyIdleTimeout.nanoseconds
        limits.keepAliveTimeout = settings.keepAliveTimeout.nanoseconds
        return limits
    }
}

extension Duration {
    /// The duration in whole nanoseconds, clamped to what fits.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = self.components
        guard seconds >= 0 else { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max / 4 : min(.max / 4, product &+ UInt64(clamping: attoseconds / 1_000_000_000))
    }
}
