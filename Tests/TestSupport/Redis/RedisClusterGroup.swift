/// Three masters that share the slots, and one replica of each.
///
/// Every node says that the cluster is whole when the initialiser returns.
package final class RedisClusterGroup: Sendable {
    /// The six nodes; the first three are the masters at the start.
    package let nodes: [RedisServer]

    /// Starts the cluster.
    ///
    /// - Parameters:
    ///   - options: the options of every node.
    ///   - nodeTimeoutMilliseconds: after how much silence a node is taken for down; less than the default takes a busy
    ///     machine for a dead node.
    /// - Throws: `SupportFailure` when the nodes do not find together.
    package init(_ options: RedisServer.Options = RedisServer.Options(), nodeTimeoutMilliseconds: Int = 1000) throws {
        // The login invented for an access control list differs from node to node; replicas need a common one.
        guard options.user == nil else { throw SupportFailure("a cluster takes a password, no user") }
        var node = options
        node.isClusterNode = true
        node.lines += ["cluster-node-timeout \(nodeTimeoutMilliseconds)", "cluster-replica-validity-factor 0"]
        if options.tls != nil { node.lines += ["tls-cluster yes", "tls-replication yes"] }
        let made = node
        nodes = try (0..<6).map { _ in try RedisServer(made) }
        try assignSlots()
        try meet()
        try replicate()
        try waitUntilWhole()
    }

    /// The location of the cluster, naming its first three nodes.
    package var url: String {
        let scheme = nodes[0].options.tls == nil ? "redis" : "rediss"
        return "\(scheme)+cluster://\(nodes.prefix(3).map(\.address).joined(separator: ","))"
    }

    /// The master whose range holds a slot, as the nodes that answer see it.
    ///
    /// - Throws: `SupportFailure` when no node that answers names one.
    package func master(ofSlot slot: Int) throws -> RedisServer {
        for node in nodes {
            guard let ranges = try? node.cli("CLUSTER", "SLOTS", seconds: 2).members else { continue }
            let range = ranges.first { range in
                guard let first = range.members.first?.integer, range.members.count > 2 else { return false }
                return first <= slot && slot <= (range.members[1].integer ?? -1)
            }
            let port = range?.members[2].members.dropFirst().first?.integer
            if let found = nodes.first(where: { $0.port == port }) { return found }
        }
        throw SupportFailure("no node says who holds slot \(slot)")
    }

    /// The master that holds a key.
    package func master(of key: String) throws -> RedisServer { try master(ofSlot: slot(of: key)) }

    /// The slot of a key.
    package func slot(of key: String) throws -> Int {
        for node in nodes {
            if let slot = try? node.cli("CLUSTER", "KEYSLOT", key, seconds: 2).integer { return slot }
        }
        throw SupportFailure("no node answers")
    }

    /// Kills the master that holds a key once its replica has all data, and returns it; the replica takes over by itself.
    @discardableResult
    package func killMaster(of key: String = "a") throws -> RedisServer {
        let master = try master(of: key)
        for replica in nodes where (try? replica.info("master_port")) == "\(master.port)" {
            try master.waitUntilCopied(to: replica)
        }
        try master.kill()
        return master
    }

    /// Waits until every node that runs says that the cluster is whole and that `old` no longer holds a key.
    ///
    /// - Returns: the node that now holds it.
    @discardableResult
    package func waitForMaster(of key: String, otherThan old: RedisServer, seconds: Double = 60) throws -> RedisServer {
        var found: RedisServer?
        try wait(for: "another master of '\(key)' than \(old.address)", seconds: seconds) {
            found = try? master(of: key)
            return found.map { $0 !== old } ?? false
        }
        guard let found else { throw SupportFailure("there is no master of '\(key)'") }
        try waitUntilWhole(without: old)
        return found
    }

    /// Waits until every node but one says that all slots are served.
    package func waitUntilWhole(without absent: RedisServer? = nil, seconds: Double = 60) throws {
        for node in nodes where node !== absent {
            try wait(for: "\(node.address) to find the cluster whole", seconds: seconds) {
                let text = try node.expect("CLUSTER", "INFO").text ?? ""
                return text.contains("cluster_state:ok") && text.contains("cluster_slots_ok:16384")
            }
        }
    }

    private func assignSlots() throws {
        let ranges = [(0, 5460), (5461, 10_922), (10_923, 16_383)]
        for (index, range) in ranges.enumerated() {
            try nodes[index].expect("CLUSTER", "ADDSLOTSRANGE", "\(range.0)", "\(range.1)")
        }
        // Masters that claim different epochs from the start need not settle a collision first.
        for (index, node) in nodes.enumerated() { try node.expect("CLUSTER", "SET-CONFIG-EPOCH", "\(index + 1)") }
    }

    private func meet() throws {
        for node in nodes {
            try wait(for: "\(node.address) to know the others", seconds: 60) {
                let lines = (try node.expect("CLUSTER", "NODES").text ?? "").split(separator: "\n")
                if lines.count == nodes.count, !lines.contains(where: { $0.contains("handshake") }) { return true }
                // Every pair meets directly, for gossip alone takes several rounds; a greeting that comes too late is forgotten.
                if lines.count < nodes.count {
                    for other in nodes where other !== node {
                        try node.expect("CLUSTER", "MEET", "127.0.0.1", "\(other.port)", "\(other.busPort ?? 0)")
                    }
                }
                return false
            }
        }
    }

    private func replicate() throws {
        for (replica, master) in zip(nodes[3...], nodes) {
            let identifier = try master.expect("CLUSTER", "MYID").text ?? ""
            try replica.expect("CLUSTER", "REPLICATE", identifier)
        }
        for replica in nodes[3...] {
            try wait(for: "\(replica.address) to follow", seconds: 60) {
                try replica.info("master_link_status") == "up"
            }
        }
        // A replica that the others do not yet know as one cannot take over.
        for node in nodes {
            try wait(for: "\(node.address) to know the replicas", seconds: 60) {
                (try node.expect("CLUSTER", "NODES").text ?? "").split(separator: "\n").count { $0.contains("slave") }
                    == 3
            }
        }
    }
}
