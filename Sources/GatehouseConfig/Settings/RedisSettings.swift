package import GatehouseCrypto

/// How to reach Redis, from `rate_limits.store` or `REDIS_URL` and the keys beside it.
package struct RedisSettings: Sendable {
    /// Which servers there are.
    package let layout: Layout
    /// Whether every connection, those to sentinels too, is TLS: a `rediss` URL.
    package let isSecure: Bool
    /// The user to log in as, or nothing for Redis's default user.
    package let user: String?
    /// The password of the servers, at least one byte, or nothing when they ask for none.
    package let password: Secret?
    /// The password of the sentinels, at least one byte, or nothing when they ask for none.
    package let sentinelPassword: Secret?
    /// `tls.ca`: absolute path of the PEM roots to trust, which were read and found good; nothing means the system's.
    package let authorityPath: String?
    /// `tls.certificate`: absolute path of the PEM chain that the gate shows; there exactly if `privateKeyPath` is.
    package let certificatePath: String?
    /// `tls.private_key`: absolute path of its PEM key, found to match.
    package let privateKeyPath: String?

    /// Which servers there are.
    package enum Layout: Sendable, Hashable {
        /// One server, and the number of the database in it.
        case single(RedisEndpoint, database: Int)
        /// Sentinels, at least one, that know where the primary called `master` is.
        case sentinel([RedisEndpoint], master: String, database: Int)
        /// Nodes of a cluster, at least one, by which the others are found.
        case cluster([RedisEndpoint])
    }

    /// Settings from parts; they are not checked.
    package init(
        layout: Layout,
        isSecure: Bool = false,
        user: String? = nil,
        password: Secret? = nil,
        sentinelPassword: Secret? = nil,
        authorityPath: String? = nil,
        certificatePath: String? = nil,
        privateKeyPath: String? = nil
    ) {
        self.layout = layout
        self.isSecure = isSecure
        self.user = user
        self.password = password
        self.sentinelPassword = sentinelPassword
        self.authorityPath = authorityPath
        self.certificatePath = certificatePath
        self.privateKeyPath = privateKeyPath
    }
}

/// One server of Redis by host and port.
package struct RedisEndpoint: Sendable, Hashable {
    /// A host name in lower case, or an IP address in its canonical text, IPv6 without brackets.
    package let host: String
    /// From 1 to 65535.
    package let port: Int

    /// An endpoint; the values are not checked.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
