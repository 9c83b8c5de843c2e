/// The section `limits`.
///
/// Sizes are in bytes.
package struct LimitSettings: Sendable {
    /// `request_head`: request line and header section together, at least 1 KiB.
    package let requestHead: Int
    /// `header_count`: header fields in one request.
    package let headerCount: Int
    /// `request_body`: bytes of one request body, decoded.
    package let requestBody: Int
    /// `connections`: client connections at one time, over all listeners.
    package let connections: Int
    /// `header_timeout`: from the first byte of a request, or from accept, to the end of its head.
    package let headerTimeout: Duration
    /// `body_idle_timeout`: the longest silence within a request body.
    package let bodyIdleTimeout: Duration
    /// `keep_alive_timeout`: how long a connection may wait for its next request.
    package let keepAliveTimeout: Duration
    /// `drain_delay`: after SIGTERM only `/readyz` changes for so long.
    package let drainDelay: Duration
    /// `drain_timeout`: after the delay, what still runs after so long is ended.
    package let drainTimeout: Duration
}
