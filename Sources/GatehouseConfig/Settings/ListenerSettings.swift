/// One entry of `listeners`.
package struct ListenerSettings: Sendable {
    /// `address`: where to listen; unique among the listeners unless the port is 0.
    package let address: ListenAddress
    /// `protocols`: only HTTP/1.1 in this version.
    package let protocols: [WireProtocol]
    /// What connections get here.
    package let service: Service

    /// What connections get on a listener.
    package enum Service: Sendable {
        /// Traffic through TLS.
        case tls(ListenerTLSSettings)
        /// Traffic without TLS, in development only.
        case plain
        /// Every request is answered 308 to this https origin, as `https://host[:port]` without a slash at the end.
        case redirect(toOrigin: String)
    }

    /// A protocol that a listener may speak.
    package enum WireProtocol: String, Sendable {
        /// HTTP/1.1 (RFC 9112).
        case http1 = "http/1.1"
    }
}

/// A listener's `tls`.
package struct ListenerTLSSettings: Sendable {
    /// The pairs to choose from by SNI, at least one; the first is the one for clients that name no host.
    package let certificates: [CertificatePair]
    /// `minimum_version`.
    package let minimumVersion: Version

    /// A TLS version that may be the lowest.
    package enum Version: String, Sendable {
        /// TLS 1.2 (RFC 5246).
        case tls12 = "1.2"
        /// TLS 1.3 (RFC 8446).
        case tls13 = "1.3"
    }
}

/// A certificate chain and its private key, read and found to match when the file was read.
package struct CertificatePair: Sendable {
    /// Absolute path of the PEM chain, leaf first.
    package let certificatePath: String
    /// Absolute path of the PEM private key.
    package let privateKeyPath: String
    /// DNS names of the leaf, in lower case, for choosing by SNI; `*.` names included.
    package let names: [String]
}

/// An address to listen on, from `HOST:PORT` or `[IPV6]:PORT`.
package struct ListenAddress: Sendable, Hashable {
    /// An IPv4 or IPv6 address without brackets, in its canonical text.
    package let host: String
    /// The port; 0 lets the system choose.
    package let port: UInt16

    /// Whether the host is an IPv6 address.
    package var isIPv6: Bool {
        host.utf8.contains(UInt8(ascii: ":"))
    }

    /// The address as it is written in the file: IPv6 in brackets.
    package var text: String {
        isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// The section `admin`.
package struct AdminSettings: Sendable {
    /// `address`: where health, metrics and commands are served.
    package let address: ListenAddress
}
