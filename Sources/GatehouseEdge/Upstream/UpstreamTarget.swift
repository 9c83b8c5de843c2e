/// Where an upstream app listens, and how to speak to it.
package struct UpstreamTarget: Sendable {
    /// The address.
    package enum Address: Sendable, Equatable {
        /// A host name or address with its port.
        case host(String, port: Int)
        /// The path of a Unix socket.
        case unix(String)
    }

    /// The configured name.
    package var name: String
    /// Where to connect to.
    package var address: Address
    /// TLS towards the app, or nil for none.
    package var tls: TLSContext?
    /// The name that the app's certificate must have; nil if the address is an IP address that the certificate names.
    package var serverName: String?
    /// The `Host` that goes with a request which named none (HTTP/1.0).
    package var authority: [UInt8]
    /// The timings.
    package var timings: UpstreamTimings

    /// Makes a target; configuration has checked its parts.
    package init(
        name: String,
        address: Address,
        tls: TLSContext? = nil,
        serverName: String? = nil,
        authority: String,
        timings: UpstreamTimings
    ) {
        self.name = name
        self.address = address
        self.tls = tls
        self.serverName = serverName
        self.authority = Array(authority.utf8)
        self.timings = timings
    }
}
