internal import GatehouseCore

/// Which server has which quotas.
///
/// Confined to its loop.
protocol RedisTopology: AnyObject {
    /// Whether every quota can be taken.
    var isUp: Bool { get }
    /// Whether all quotas are on one server, so that one call can take from those of several subjects.
    var isOneServer: Bool { get }
    /// Where processes are counted, or nil while it is away.
    var census: RedisConnection? { get }

    /// Begins to connect.
    func start()
    /// Ends all connections for good.
    func stop()
    /// The server of a subject's quotas, or nil while nobody knows it.
    func node(for key: QuotaKey) -> RedisNode?
    /// The server that another one named; made if it is new. Nil where servers name none.
    func node(at address: RedisAddress, namedBy other: RedisNode) -> RedisNode?
    /// A node came up, went down or could not be reached.
    func changed(_ node: RedisNode, fault: RedisFault?)
    /// A node said that quotas are elsewhere.
    func isOutdated()
    /// A node said where the servers are.
    func learn(_ reply: RedisReply, from node: RedisNode)
    /// The loop looks at its deadlines.
    func swept(_ now: UInt64)
}
