/// One entry of `upstreams`.
package struct UpstreamSettings: Sendable {
    /// `name`: unique.
    package let name: String
    /// The one entry of `targets`.
    package let target: Target
    /// `connect_timeout`: for the connection, TLS included.
    package let connectTimeout: Duration
    /// `response_timeout`: from the end of sending to the end of the answer's head.
    package let responseTimeout: Duration
    /// `idle_timeout`: how long an unused connection is kept.
    package let idleTimeout: Duration
    /// `retries`: 0 or 1, taken only where the request was not consumed.
    package let retries: Int
    /// `tls`; only with an `https:` target, where it is always there.
    package let tls: UpstreamTLSSettings?

    /// Where an upstream is.
    package enum Target: Sendable, Hashable {
        /// `http://HOST[:PORT]`; an IPv6 host is without brackets.
        case http(host: String, port: UInt16)
        /// `https://HOST[:PORT]`.
        case https(host: String, port: UInt16)
        /// `unix:/PATH`: HTTP/1.1 over a Unix socket, by absolute path.
        case unix(path: String)
    }
}

/// An upstream's `tls`.
package struct UpstreamTLSSettings: Sendable {
    /// `ca`: absolute path of the PEM roots to trust; nothing means the system's.
    package let authorityPath: String?
    /// `certificate` and `private_key`: what the gate shows to the upstream.
    package let clientCertificate: CertificatePair?
    /// `server_name`: the name that must stand in the upstream's certificate; by default the target's host.
    package let serverName: String
}
