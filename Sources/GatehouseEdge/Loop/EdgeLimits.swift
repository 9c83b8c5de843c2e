/// The bounds of the edge; times in nanoseconds, sizes in bytes.
package struct EdgeLimits: Sendable {
    /// The largest head of a request.
    package var requestHead = 32 * 1024
    /// The most field lines of a request.
    package var headerCount = 100
    /// The most open client connections of the process.
    package var connections = 10_000
    /// How long a head, or a TLS handshake, may take.
    package var headerTimeout: UInt64 = 10_000_000_000
    /// How long a body may make no progress in either direction.
    package var bodyIdleTimeout: UInt64 = 30_000_000_000
    /// How long a connection may be idle between two requests.
    package var keepAliveTimeout: UInt64 = 75_000_000_000

    /// The defaults.
    package init() {}

    /// How many bytes of one body may be under way inside the gate before its source stops reading.
    static let window = 64 * 1024
    /// How many bytes of an unread request body are thrown away to keep a connection (security H-07).
    static let drainBytes = 64 * 1024
    /// How long that may take, and how long a closing connection lingers.
    static let drainTime: UInt64 = 5_000_000_000
    /// How long an idle connection stays open when the process drains; with the sweep's interval it is less than a second.
    static let drainGrace: UInt64 = 700_000_000
    /// How many empty lines may stand before a request line (RFC 9112 section 2.2).
    static let blankLines = 2
    /// How many requests of one connection are begun in one turn of the loop (a flood of bad tokens must not hold up the others).
    static let requestsPerTurn = 4
    /// How many interim answers an app may give to one request (security H-44).
    static let interimAnswers = 8
}

/// The timings of one upstream; in nanoseconds.
package struct UpstreamTimings: Sendable {
    /// How long connecting may take, TLS included.
    package var connectTimeout: UInt64 = 2_000_000_000
    /// How long the app may take until its head.
    package var responseTimeout: UInt64 = 30_000_000_000
    /// How long a connection is kept without a request.
    package var idleTimeout: UInt64 = 4_000_000_000
    /// How often a request may be sent again where that is safe.
    package var retries = 1

    /// The defaults.
    package init() {}
}
