package import GatehouseCrypto

/// How Redis is reached; immutable.
///
/// Needed rights (Redis 6 and later, `~gh:*`): `auth`, `evalsha`, `eval`, `script|load`, `ping`, and what the scripts call: `time`, `get`,
/// `set`, `zadd`, `zremrangebyscore`, `zcard`. Besides: `select` for a database other than 0, `role` with sentinels, `cluster|slots` and
/// `asking` in a cluster. On the sentinels: `auth`, `sentinel|get-master-addr-by-name`.
package struct RedisConfiguration: Sendable {
    /// Which servers there are.
    package enum Layout: Sendable {
        /// One server.
        case single(RedisAddress, database: Int)
        /// Sentinels that know where the primary of this name is.
        case sentinel([RedisAddress], master: String, database: Int)
        /// Nodes of a cluster, by which the others are found.
        case cluster([RedisAddress])
    }

    /// Which servers there are.
    package var layout: Layout
    /// The user to log in as, or nil for the server's default one.
    package var user: String?
    /// The password of the servers, or nil if they ask for none.
    package var password: Secret?
    /// The password of the sentinels, or nil if they ask for none.
    package var sentinelPassword: Secret?
    /// TLS on every connection, those to sentinels too, or nil for none.
    package var tls: TLSContext?

    /// Makes a configuration.
    package init(
        layout: Layout,
        user: String? = nil,
        password: Secret? = nil,
        sentinelPassword: Secret? = nil,
        tls: TLSContext? = nil
    ) {
        self.layout = layout
        self.user = user
        self.password = password
        self.sentinelPassword = sentinelPassword
        self.tls = tls
    }
}

/// One server of Redis.
package struct RedisAddress: Sendable, Hashable {
    /// A host name, or an IP address without brackets.
    package let host: String
    /// The port.
    package let port: Int

    /// Makes an address; the values are not checked.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
