/// One master, one replica of it, and three Sentinels that watch both.
///
/// Every Sentinel knows the others and the replica when the initialiser returns.
package final class RedisSentinelGroup: Sendable {
    /// What the group is told at its start.
    package struct Options: Sendable {
        /// The options of both data servers; their master is set by the group.
        package var server = RedisServer.Options()
        /// `requirepass` of the Sentinels themselves.
        package var sentinelPassword: String?
        /// After how much silence a server is taken for down; less than a second takes a busy machine for a dead server.
        package var downAfterMilliseconds = 1000
        /// Bounds a failover and its repetition.
        package var failoverTimeoutMilliseconds = 2000

        /// Makes the options of a group that anybody may use.
        package init() {}
    }

    /// The name under which the Sentinels know the master.
    package let name = "gate"
    /// The two data servers; the first one is the master at the start.
    package let servers: [RedisServer]
    /// The Sentinels.
    package let sentinels: [RedisServer]

    /// Starts the group and waits until it could fail over.
    package init(_ options: Options = Options()) throws {
        let first = try RedisServer(options.server)
        var following = options.server
        following.master = first.port
        // The login invented for an access control list differs from server to server; a group needs a common one.
        guard options.server.user == nil else { throw SupportFailure("a Sentinel group takes a password, no user") }
        let servers = [first, try RedisServer(following)]
        try wait(for: "the replica to follow", seconds: 60) { try servers[1].info("master_link_status") == "up" }
        self.servers = servers
        sentinels = try Self.startSentinels(named: name, of: first, options)
        try waitUntilComplete()
    }

    /// The location of database 0 of whichever server is the master.
    package var url: String {
        let scheme = servers[0].options.tls == nil ? "redis" : "rediss"
        return "\(scheme)+sentinel://\(sentinels.map(\.address).joined(separator: ","))/\(name)/0"
    }

    /// The server that the Sentinels agree is the master and that says so itself.
    ///
    /// - Throws: `SupportFailure` when they do not agree at the moment.
    package func master() throws -> RedisServer {
        let ports = Set(sentinels.compactMap { try? masterPort(says: $0) })
        guard ports.count == 1, let server = servers.first(where: { ports.contains($0.port) }),
            try server.info("role") == "master"
        else { throw SupportFailure("the Sentinels name the masters \(ports)") }
        return server
    }

    /// The port that one Sentinel names as the master's; nil when it names none.
    package func masterPort(says sentinel: RedisServer) throws -> Int? {
        try sentinel.expect("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name).members.last?.integer
    }

    /// Makes the replica the master while both run, once it has all data, and waits until all agree.
    ///
    /// - Returns: the new master.
    @discardableResult
    package func failover() throws -> RedisServer {
        let old = try master()
        for replica in servers where replica !== old { try old.waitUntilCopied(to: replica) }
        try wait(for: "a Sentinel to begin a failover", seconds: 60) {
            try sentinels[0].cli("SENTINEL", "FAILOVER", name) == .simple("OK")
        }
        return try waitForMaster(otherThan: old)
    }

    /// Kills the master once the replica has all data, and returns it; the Sentinels notice by themselves.
    @discardableResult
    package func killMaster() throws -> RedisServer {
        let master = try master()
        for replica in servers where replica !== master && replica.isReplica {
            try master.waitUntilCopied(to: replica)
        }
        try master.kill()
        return master
    }

    /// Waits until the Sentinels agree on a master other than `old`, and returns it.
    @discardableResult
    package func waitForMaster(otherThan old: RedisServer, seconds: Double = 60) throws -> RedisServer {
        var found: RedisServer?
        try wait(for: "another master than \(old.address)", seconds: seconds) {
            found = try? master()
            return found.map { $0 !== old } ?? false
        }
        guard let found else { throw SupportFailure("there is no master") }
        return found
    }

    private static func startSentinels(
        named name: String,
        of master: RedisServer,
        _ options: Options
    ) throws -> [RedisServer] {
        var lines = [
            "sentinel monitor \(name) 127.0.0.1 \(master.port) 2",
            "sentinel down-after-milliseconds \(name) \(options.downAfterMilliseconds)",
            "sentinel failover-timeout \(name) \(options.failoverTimeoutMilliseconds)",
            "sentinel parallel-syncs \(name) 1",
        ]
        if let password = options.server.password { lines.append("sentinel auth-pass \(name) \(password)") }
        if let password = options.sentinelPassword { lines.append("sentinel sentinel-pass \(password)") }
        if options.server.tls != nil { lines.append("tls-replication yes") }
        var sentinel = RedisServer.Options()
        sentinel.isSentinel = true
        sentinel.password = options.sentinelPassword
        sentinel.tls = options.server.tls
        sentinel.lines = lines
        return try (0..<3).map { _ in
            let server = try RedisServer(sentinel)
            // The periods of a Sentinel are made for the wide world; shorter ones make a group ready within a second. And one
            // that was held up for two seconds would trust nothing for half a minute, which on a busy machine ends a test.
            let periods = [
                "PING-PERIOD", "100", "INFO-PERIOD", "300", "PUBLISH-PERIOD", "200", "ASK-PERIOD", "200",
                "TILT-TRIGGER", "60000", "TILT-PERIOD", "1000",
            ]
            let answer = try server.cli(["SENTINEL", "DEBUG"] + periods)
            guard answer == .simple("OK") else { throw SupportFailure("SENTINEL DEBUG: \(answer)") }
            return server
        }
    }

    private func waitUntilComplete() throws {
        for sentinel in sentinels {
            try wait(for: "the Sentinels to know each other", seconds: 60) {
                let known = try sentinel.expect("SENTINEL", "MASTER", name).table
                return known["num-other-sentinels"]?.integer == 2 && known["num-slaves"]?.integer == 1
                    && known["flags"]?.text == "master"
            }
        }
    }
}
