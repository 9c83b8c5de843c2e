internal import GatehouseCore

/// One server that has everything.
final class SingleServer: RedisTopology {
    private let server: RedisNode

    init(_ server: RedisNode) {
        self.server = server
    }

    var isOneServer: Bool { true }
    var isUp: Bool { self.server.isUp }
    var census: RedisConnection? { self.server.usable }

    func start() { self.server.start() }
    func stop() { self.server.stop() }
    func node(for key: QuotaKey) -> RedisNode? { self.server }
    func node(at address: RedisAddress, namedBy other: RedisNode) -> RedisNode? { nil }
    func changed(_ node: RedisNode, fault: RedisFault?) {}
    func isOutdated() {}
    func learn(_ reply: RedisReply, from node: RedisNode) {}
    func swept(_ now: UInt64) {}
}
