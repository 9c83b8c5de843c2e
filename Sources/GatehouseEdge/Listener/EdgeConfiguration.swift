package import GatehouseCore

/// Everything the edge needs to run, built from checked settings; immutable.
package struct EdgeConfiguration: Sendable {
    /// How many event loops carry traffic.
    package var workers: Int
    /// Where to listen.
    package var listeners: [Listener]
    /// The bounds.
    package var limits: EdgeLimits
    /// The apps, in the order of their indices.
    package var upstreams: [UpstreamTarget]
    /// The decisions.
    package var pipeline: RequestPipeline
    /// How requests get their ids and their client's address.
    package var correlation: Correlation
    /// Names that must not come in trailers.
    package var reservedNames: [String]
    /// The names that records use.
    package var names: RecordNames
    /// Where access log lines go, or nil for nowhere.
    package var accessLog: AccessLogWriter?
    /// What the loops share of the quotas.
    package var quotas: QuotaShared
    /// The accounts service, or nil if there is none.
    package var accounts: (any AccountsPort)?
    /// The bytes that each loop may spend on verified tokens.
    package var tokenCacheBytes = 24 * 1024 * 1024

    /// Makes a configuration.
    package init(
        workers: Int,
        listeners: [Listener],
        limits: EdgeLimits,
        upstreams: [UpstreamTarget],
        pipeline: RequestPipeline,
        correlation: Correlation,
        reservedNames: [String],
        names: RecordNames,
        accessLog: AccessLogWriter?,
        quotas: QuotaShared? = nil,
        accounts: (any AccountsPort)? = nil
    ) {
        self.workers = workers
        self.listeners = listeners
        self.limits = limits
        self.upstreams = upstreams
        self.pipeline = pipeline
        self.correlation = correlation
        self.reservedNames = reservedNames
        self.names = names
        self.accessLog = accessLog
        self.quotas = quotas ?? QuotaShared(QuotaStoreConfiguration(table: pipeline.quotas))
        self.accounts = accounts
    }

    /// One address that clients connect to.
    package struct Listener: Sendable {
        /// The address without brackets.
        package var host: String
        /// The port; 0 lets the system choose.
        package var port: Int
        /// TLS, or nil for none.
        package var tls: TLSContext?
        /// Decisions of its own, for a listener that only redirects.
        package var pipeline: RequestPipeline?
        /// A socket that somebody else has bound and that we took over, or nil.
        package var inheritedSocket: CInt?

        /// Makes a listener.
        package init(
            host: String,
            port: Int,
            tls: TLSContext?,
            pipeline: RequestPipeline? = nil,
            inheritedSocket: CInt? = nil
        ) {
            self.host = host
            self.port = port
            self.tls = tls
            self.pipeline = pipeline
            self.inheritedSocket = inheritedSocket
        }
    }
}
