import GatehouseCore
import TestSupport
import Testing

@testable import GatehouseEdge

/// Quotas in a cluster, each subject's in one slot.
@Suite(.mayBlock)
struct RedisClusterTests {
    @Test
    func `quotas are found in every part of the cluster, each request's in as many calls as it has subjects`() throws {
        let cluster = try RedisClusterGroup()
        let loop = try Self.loop(cluster)
        for number in 0..<30 {
            let outcome = try loop.take(.of([0, 1], "caller-\(number)", "address-\(number)"))
            #expect(outcome.source == .store && outcome[0].remaining == 9 && outcome[1].remaining == 19)
        }
        for node in cluster.nodes.prefix(3) {
            #expect(try node.expect("DBSIZE").integer ?? 0 > 0)
        }
    }

    @Test
    func `the slot of a subject is counted as the cluster counts it`() {
        let counter = SlotCounter()
        for number in 0..<200 {
            let key = QuotaKey.caller("caller-\(number)")
            #expect(counter.slot(of: key) == KeySlot.slot(of: "gh:q:{\(key.text)}:default"))
        }
        #expect(counter.slot(of: ProcessCensus.key) == KeySlot.slot(of: "gh:processes"))
    }

    @Test
    func `B-25 a slot that moved is followed, without a request that fails`() throws {
        let cluster = try RedisClusterGroup()
        let loop = try Self.loop(cluster)
        let key = QuotaKey.caller("alice")
        let slot = SlotCounter().slot(of: key)
        #expect(try loop.take(.of())[0].remaining == 9)
        let source = try cluster.master(ofSlot: slot)
        let target = try #require(cluster.nodes.prefix(3).first { $0 !== source })
        try cluster.moveSlot(slot, to: target)
        #expect(try loop.take(.of())[0].remaining == 8)
        #expect(try loop.take(.of())[0].remaining == 7)
        #expect(try loop.facts.degraded == 0)
    }

    @Test
    func `B-25 while a slot moves both its ends are asked, and nothing is counted twice`() throws {
        let cluster = try RedisClusterGroup()
        let loop = try Self.loop(cluster)
        let slot = SlotCounter().slot(of: .caller("alice"))
        let source = try cluster.master(ofSlot: slot)
        let target = try #require(cluster.nodes.prefix(3).first { $0 !== source })
        try cluster.beginMoving(slot, to: target)
        // The key is in neither place, so the target is asked; then it is there.
        #expect(try loop.take(.of())[0].remaining == 9)
        #expect(try loop.take(.of())[0].remaining == 8)
        try cluster.moveKeys(of: slot, from: source, to: target)
        try cluster.finishMoving(slot, to: target)
        #expect(try loop.take(.of())[0].remaining == 7)
        #expect(try loop.facts.degraded == 0)
    }

    @Test
    func `B-25 TRYAGAIN is tried again once, and then the store has failed`() throws {
        let node = try Self.node { .error(.tryAgain) }
        let loop = try QuotaLoop(.cluster([node.port]))
        try loop.waitUntil(isUp: true)
        #expect(try loop.take(.of()).source == .share)
        #expect(node.calls.count { $0.name == "EVALSHA" } == 2)
    }

    @Test
    func `B-25 MOVED is followed once, and an empty host is the host that answered`() throws {
        let (first, second) = (try FreePort.next(), try FreePort.next())
        // Each names the other.
        let nodes = [
            try Self.node(port: first) { .error(.moved(slot: 1, to: ":\(second)")) },
            try Self.node(port: second) { .error(.moved(slot: 1, to: ":\(first)")) },
        ]
        let loop = try QuotaLoop(.cluster([first, second]))
        try wait(for: "both nodes to be connected", seconds: 60) {
            nodes.allSatisfy { $0.calls.contains { $0.name == "SCRIPT LOAD" } } && loop.shared.isStoreUp
        }
        try wait(for: "a call to be followed", seconds: 60) {
            let outcome = try loop.take(.of())
            #expect(outcome.source == .share)
            return nodes.allSatisfy { $0.calls.contains { $0.name == "EVALSHA" } }
        }
        let before = nodes.reduce(0) { $0 + $1.calls.count { $0.name == "EVALSHA" && $0.arguments.last == "1" } }
        #expect(try loop.take(.of()).source == .share)
        let after = nodes.reduce(0) { $0 + $1.calls.count { $0.name == "EVALSHA" && $0.arguments.last == "1" } }
        #expect(after - before <= 2)
    }

    @Test
    func `a lost primary costs its own slots only, until its replica has taken over`() throws {
        var options = RedisServer.Options()
        options.lines = ["cluster-require-full-coverage no"]
        let cluster = try RedisClusterGroup(options)
        let loop = try Self.loop(cluster)
        let victim = try cluster.master(ofSlot: SlotCounter().slot(of: .caller("alice")))
        let neighbour = try #require(
            (0..<100).map { "caller-\($0)" }.first {
                let holder = try? cluster.master(ofSlot: SlotCounter().slot(of: .caller($0)))
                return holder.map { $0 !== victim } ?? false
            }
        )
        try victim.kill()
        try loop.waitUntil(isUp: false)
        #expect(try loop.take(.of([0], "alice")).source == .share)
        #expect(try loop.take(.of([0], neighbour)).source == .store)
        try wait(for: "the replica to be used", seconds: 60) { try loop.take(.of([0], "alice")).source == .store }
        try loop.waitUntil(isUp: true)
    }

    @Test
    func `B-21 a cluster that is down is used again soon after it is whole`() throws {
        let cluster = try RedisClusterGroup()
        let loop = try Self.loop(cluster)
        let victim = try cluster.master(ofSlot: SlotCounter().slot(of: .caller("alice")))
        try victim.kill()
        // The nodes that are left refuse everything until the replica has taken over.
        try wait(for: "every slot to be refused", seconds: 60) {
            try (0..<10).allSatisfy { try loop.take(.of([0], "caller-\($0)")).source == .share }
        }
        let key = "gh:q:{\(QuotaKey.caller("alice").text)}:default"
        try cluster.waitForMaster(of: key, otherThan: victim)
        let start = ContinuousClock.now
        try wait(for: "the replica to be used", seconds: 60) { try loop.take(.of([0], "alice")).source == .store }
        try loop.waitUntil(isUp: true)
        // A second is the goal; the rest is for a machine that runs everything else meanwhile.
        #expect(start.duration(to: .now) < .seconds(10))
    }

    /// A node that holds all slots, and answers to the script as the test says.
    private static func node(
        port: Int? = nil,
        script: @escaping @Sendable () -> FaultyRedis.Reply
    ) throws -> FaultyRedis {
        let port = try port ?? FreePort.next()
        return try FaultyRedis(port: port) { call in
            switch call.name {
            case "EVALSHA": return script()
            case "CLUSTER SLOTS":
                let line: RESPValue = .array([.integer(0), .integer(16_383), .array([.text(""), .integer(port)])])
                return .value(.array([line]))
            default: return FaultyRedis.healthy(call)
            }
        }
    }

    private static func loop(_ cluster: RedisClusterGroup) throws -> QuotaLoop {
        let loop = try QuotaLoop(.cluster(cluster.nodes.prefix(3).map(\.port)))
        try loop.waitUntil(isUp: true)
        return loop
    }
}
