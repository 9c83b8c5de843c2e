internal import NIOCore

/// Which servers the configuration names.
extension RedisQuotaStore {
    func makeTopology(_ settings: RedisNodeSettings) -> any RedisTopology {
        switch self.redis.layout {
        case .single(let address, let database):
            let greeting = RedisGreeting.server(self.redis, database: database, asksRole: false)
            return SingleServer(RedisNode(address, greeting: greeting, settings: settings, owner: self))
        case .sentinel(let sentinels, let master, let database):
            return SentinelGroup(
                sentinels,
                master: master,
                greeting: .server(self.redis, database: database, asksRole: true),
                sentinelGreeting: .sentinel(self.redis),
                settings: settings,
                owner: self
            )
        case .cluster(let seeds):
            let greeting = RedisGreeting.server(self.redis, database: 0, asksRole: false)
            return ClusterMap(seeds, greeting: greeting, settings: settings, owner: self)
        }
    }
}
