import GatehouseCore
import GatehouseCrypto
import TestSupport
import Testing

@testable import GatehouseEdge

/// A primary that sentinels name.
@Suite(.mayBlock)
struct RedisSentinelTests {
    @Test
    func `B-30 after a failover the new primary is used, and the counts go on`() throws {
        let group = try RedisSentinelGroup()
        let loop = try Self.loop(group)
        _ = try loop.take(4, .of())
        try wait(for: "the replica to have the counts", seconds: 60) {
            try !group.servers[1].expect("KEYS", "gh:q:*").members.isEmpty
        }
        let new = try Self.failover(group)
        try wait(for: "the new primary to be used", seconds: 60) {
            try loop.address == new.port && loop.take(.of([0], "probe")).source == .store
        }
        let outcome = try loop.take(.of())
        #expect(outcome.source == .store && outcome[0].remaining <= 6)
    }

    @Test
    func `B-30 when the primary is killed its replica is used within a second of its election`() throws {
        let group = try RedisSentinelGroup()
        let loop = try Self.loop(group)
        let old = try group.killMaster()
        try loop.waitUntil(isUp: false)
        #expect(try loop.take(.of()).source == .share)
        let new = try group.waitForMaster(otherThan: old)
        let start = ContinuousClock.now
        try wait(for: "the new primary to be used", seconds: 60) { try loop.take(.of()).source == .store }
        #expect(loop.address == new.port)
        // A second is the goal; the rest is for a machine that runs everything else meanwhile.
        #expect(start.duration(to: .now) < .seconds(10))
        // The old one comes back as a primary, for a while.
        try old.restart()
        try wait(for: "the old primary to become a replica", seconds: 60) {
            let outcome = try loop.take(.of())
            #expect(outcome.source == .store && loop.address == new.port)
            return old.isReplica
        }
    }

    @Test
    func `B-30 a server that says it is a replica is not used, whatever the sentinels say`() throws {
        let replica = try FaultyRedis { call in
            guard call.name == "ROLE" else { return RedisFaultTests.granting(call) }
            return .value(.array([.text("slave"), .text("127.0.0.1"), .integer(1), .text("connected"), .integer(0)]))
        }
        let sentinel = try Self.sentinel(naming: replica.port)
        let loop = try Self.loop([sentinel.port])
        try wait(for: "the server to be asked for its role twice", seconds: 60) {
            replica.calls.count { $0.name == "ROLE" } >= 2
        }
        #expect(try loop.take(.of()).source == .share)
        #expect(!replica.calls.contains { $0.name == "EVALSHA" })
    }

    @Test
    func `B-30 when sentinels disagree the server that is a primary is used`() throws {
        let replica = try FaultyRedis { call in
            call.name == "ROLE" ? .value(.array([.text("slave")])) : RedisFaultTests.granting(call)
        }
        let primary = try FaultyRedis { RedisFaultTests.granting($0) }
        let sentinels = [try Self.sentinel(naming: replica.port), try Self.sentinel(naming: primary.port)]
        let loop = try Self.loop(sentinels.map(\.port))
        try loop.waitUntil(isUp: true)
        #expect(try loop.take(.of()).source == .store)
        #expect(loop.address == primary.port)
    }

    @Test
    func `B-23 a primary that became a replica is left at once`() throws {
        let first = try FaultyRedis { $0.name == "EVALSHA" ? .error(.readOnlyInScript) : FaultyRedis.healthy($0) }
        let second = try FaultyRedis { RedisFaultTests.granting($0) }
        let hasSwitched = Switch()
        let sentinel = try FaultyRedis { call in
            Self.answer(call, hasSwitched.isOn ? second.port : first.port)
        }
        let loop = try Self.loop([sentinel.port])
        try loop.waitUntil(isUp: true)
        hasSwitched.isOn = true
        #expect(try loop.take(.of()).source == .share)
        try wait(for: "the other server to be used", seconds: 60) { try loop.take(.of()).source == .store }
        #expect(loop.address == second.port)
    }

    @Test
    func `the sentinels' own password is used`() throws {
        var options = RedisSentinelGroup.Options()
        options.server.password = "hush-hush"
        options.sentinelPassword = "quiet"
        let group = try RedisSentinelGroup(options)
        let loop = try QuotaLoop(
            .sentinel(group.sentinels.map(\.port), master: group.name) {
                $0.password = Secret(Array("hush-hush".utf8))
                $0.sentinelPassword = Secret(Array("quiet".utf8))
            }
        )
        try loop.waitUntil(isUp: true)
        #expect(try loop.take(.of()).source == .store)
    }

    /// Makes the replica the primary while both run; sentinels on a busy machine give up, and are told again.
    private static func failover(_ group: RedisSentinelGroup) throws -> RedisServer {
        let old = try group.master()
        var begun: ContinuousClock.Instant?
        try wait(for: "the replica to be elected", seconds: 90) {
            if try group.masterPort(says: group.sentinels[0]) != old.port { return true }
            if begun.map({ $0.duration(to: .now) > .seconds(10) }) ?? true {
                try group.sentinels[0].cli("SENTINEL", "FAILOVER", group.name)
                begun = .now
            }
            return false
        }
        return try group.waitForMaster(otherThan: old)
    }

    private static func loop(_ group: RedisSentinelGroup) throws -> QuotaLoop {
        let loop = try Self.loop(group.sentinels.map(\.port), master: group.name)
        try loop.waitUntil(isUp: true)
        return loop
    }

    private static func loop(_ ports: [Int], master: String = "gate") throws -> QuotaLoop {
        try QuotaLoop(.sentinel(ports, master: master))
    }

    private static func sentinel(naming port: Int) throws -> FaultyRedis {
        try FaultyRedis { Self.answer($0, port) }
    }

    private static func answer(_ call: FaultyRedis.Call, _ port: Int) -> FaultyRedis.Reply {
        guard call.name.hasPrefix("SENTINEL") else { return FaultyRedis.healthy(call) }
        return .value(.array([.text("127.0.0.1"), .text("\(port)")]))
    }
}
