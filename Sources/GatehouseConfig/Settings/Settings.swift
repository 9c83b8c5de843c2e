/// Everything that one configuration file says, checked and complete.
///
/// Settings exist only when the file had no error: the initialiser takes an `ErrorFree`, which only the collector of
/// diagnostics makes. Defaults are filled in, relative paths are absolute, key files are read. Immutable and safe to share.
package struct Settings: Sendable {
    /// The file that was read, as it was named; messages use it.
    package let file: String
    /// The folder that relative paths start at.
    package let folder: String
    /// `version`: always 1 today.
    package let version: Int
    /// `mode`: how strictly the file is judged.
    package let mode: Mode
    /// `workers`: how many event loops carry traffic.
    package let workers: Workers
    /// `listeners`, in the order of the file, at least one.
    package let listeners: [ListenerSettings]
    /// `admin`, or nothing when there is no admin listener.
    package let admin: AdminSettings?
    /// `trusted_proxies`: whose forwarding headers are believed.
    package let trustedProxies: [AddressRange]
    /// `limits`.
    package let limits: LimitSettings
    /// `upstreams`, in the order of the file.
    package let upstreams: [UpstreamSettings]
    /// `tokens`.
    package let tokens: TokenSettings
    /// `cors`, or nothing when the app answers preflights itself.
    package let crossOrigin: CrossOriginSettings?
    /// `rate_limits`; without the section, its defaults.
    package let rateLimits: RateLimitSettings
    /// `security_headers`, resolved to the fields that every answer gets.
    package let securityHeaders: SecurityHeaderSettings
    /// `routes`, in the order of the file; the first that matches decides.
    package let routes: [RouteSettings]
    /// `accounts`, or nothing when there is no embedded accounts service.
    package let accounts: AccountsSettings?
    /// `audit`, or nothing when there is no audit log.
    package let audit: AuditSettings?
    /// `access_log`.
    package let accessLog: AccessLogSettings

    /// How strictly a file is judged.
    package enum Mode: String, Sendable {
        /// Go-live errors stop the start.
        case production
        /// Plain listeners and literal secrets are allowed, loudly.
        case development
    }

    /// How many event loops carry traffic.
    package enum Workers: Sendable, Equatable {
        /// As many as the cores that the process may use.
        case automatic
        /// Exactly so many, 1 to 1024.
        case count(Int)
    }

    init(
        _ proof: ErrorFree,
        origin: (file: String, folder: String),
        general: (version: Int, mode: Mode, workers: Workers),
        edge: (listeners: [ListenerSettings], admin: AdminSettings?, trustedProxies: [AddressRange]),
        limits: LimitSettings,
        upstreams: [UpstreamSettings],
        tokens: TokenSettings,
        policies: (crossOrigin: CrossOriginSettings?, rateLimits: RateLimitSettings, headers: SecurityHeaderSettings),
        routes: [RouteSettings],
        services: (accounts: AccountsSettings?, audit: AuditSettings?),
        accessLog: AccessLogSettings
    ) {
        self.file = origin.file
        self.folder = origin.folder
        self.version = general.version
        self.mode = general.mode
        self.workers = general.workers
        self.listeners = edge.listeners
        self.admin = edge.admin
        self.trustedProxies = edge.trustedProxies
        self.limits = limits
        self.upstreams = upstreams
        self.tokens = tokens
        self.crossOrigin = policies.crossOrigin
        self.rateLimits = policies.rateLimits
        self.securityHeaders = policies.headers
        self.routes = routes
        self.accounts = services.accounts
        self.audit = services.audit
        self.accessLog = accessLog
    }
}
