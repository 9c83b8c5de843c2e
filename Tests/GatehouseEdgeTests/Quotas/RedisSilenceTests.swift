import GatehouseCore
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import GatehouseEdge

/// What a request gets when the store is slow, silent or away.
@Suite(.mayBlock)
struct RedisSilenceTests {
    private static let short: UInt64 = 20_000_000

    @Test
    func `D-12 a server that hangs costs the timeout, then nothing, and is used again when it goes on`() throws {
        let server = try RedisServer()
        let loop = try QuotaLoop.ready(port: server.port, timeout: Self.short)
        server.pause()
        defer { server.resume() }
        for _ in 0..<50 { #expect(try loop.take(.of()).source == .share) }
        // After five the breaker is open, and nobody waits.
        #expect(try loop.facts.timeouts == 5)
        #expect(!loop.shared.isStoreUp)
        server.resume()
        try loop.waitUntil(isUp: true)
        try wait(for: "an answer in time", seconds: 60) { try loop.take(.of([0], "carol")).source == .store }
    }

    @Test
    func `D-12 requests that wait for a silent server are answered after the timeout`() throws {
        // A machine that stands still for a second ends the connection first, so each attempt is held to all but the last line.
        let isCounted = try (0..<5).contains { _ in
            let server = try FaultyRedis { Self.mute($0) }
            let loop = try QuotaLoop.ready(port: server.port, timeout: 50_000_000)
            let start = ContinuousClock.now
            let outcomes = try loop.take(100, .of())
            let duration = start.duration(to: .now)
            #expect(outcomes.allSatisfy { $0.source == .share })
            #expect(duration >= .milliseconds(50) && duration < .seconds(20))
            #expect(try loop.facts.degraded == 100)
            return try loop.facts.timeouts == 100
        }
        #expect(isCounted)
    }

    @Test
    func `D-12 late replies are not taken for those of later requests`() throws {
        let number = Counter()
        let server = try FaultyRedis { call in
            guard call.name == "EVALSHA" else { return FaultyRedis.healthy(call) }
            // The first two answers come after their requests have gone; each tells its number.
            let place = number.next()
            let left = 3_600_000_000_000 - (place + 1) * 360_000_000_000
            let reply = FaultyRedis.Reply.value(.text("1\(left);"))
            return place < 2 ? .late(seconds: 0.3, reply) : reply
        }
        let loop = try QuotaLoop.ready(port: server.port, timeout: 100_000_000)
        #expect(try loop.take(2, .of()).allSatisfy { $0.source == .share })
        try wait(for: "an answer in time", seconds: 60) {
            let outcome = try loop.take(.of())
            guard outcome.source == .store else { return false }
            #expect(outcome[0].remaining == 10 - number.value)
            return true
        }
    }

    @Test(
        arguments: [
            FaultyRedis.Reply.hugeBulk, .hugeArray, .deepArray, .garbage, .halfAnswer, .close, .reset,
            .value(.integer(1)), .value(.bulk(nil)), .value(.array([.text("1")])), .value(.text("1")),
            .value(.text("1;")), .value(.text("299;")), .value(.text("199;0")), .value(.text("1-5;")),
            .value(.text("19999999999999999999999;")), .value(.simple("OK")),
            .all([.value(.text("10;")), .value(.text("10;"))]),
        ]
    )
    func `D-12 what is no answer ends the connection, and a new one is used`(reply: FaultyRedis.Reply) throws {
        let server = try FaultyRedis { call in
            call.name == "EVALSHA" && call.connection == 0 ? reply : RedisFaultTests.granting(call)
        }
        let loop = try QuotaLoop.ready(port: server.port, timeout: 500_000_000)
        _ = try loop.take(.of())
        try wait(for: "another connection", seconds: 60) {
            let source = try loop.take(.of()).source
            return source == .store && server.connectionCount >= 2
        }
    }

    @Test
    func `D-12 a bulk of more than 1 MiB is not gathered`() throws {
        let server = try FaultyRedis { call in
            guard call.name == "EVALSHA", call.connection == 0 else { return RedisFaultTests.granting(call) }
            return .bytes(Array("$1073741824\r\n".utf8) + [UInt8](repeating: 0x61, count: 3 << 20))
        }
        let loop = try QuotaLoop.ready(port: server.port, timeout: 30_000_000_000)
        // It is the size that ends the wait, long before the timeout.
        #expect(try loop.take(.of()).source == .share)
        #expect(try loop.facts.timeouts == 0)
    }

    @Test
    func `D-12 answers that come byte by byte are put together`() throws {
        let server = try FaultyRedis { call in
            guard call.name == "EVALSHA" else { return FaultyRedis.healthy(call) }
            return .trickle(RESPValue.text("11800000000000;").encoded, pauseSeconds: 0.0001)
        }
        let loop = try QuotaLoop.ready(port: server.port)
        // On a busy machine a trickle may take longer than a call has.
        try wait(for: "a whole answer", seconds: 60) {
            let outcome = try loop.take(.of())
            return outcome.source == .store && outcome[0].remaining == 5
        }
    }

    @Test
    func `D-12 a connection on which nothing comes for a second is given up`() throws {
        let server = try FaultyRedis { Self.mute($0) }
        let loop = try QuotaLoop.ready(port: server.port, timeout: Self.short)
        _ = try loop.take(.of())
        try wait(for: "another connection", seconds: 60) { server.connectionCount >= 2 }
    }

    @Test
    func `D-12 a hundred thousand requests to a silent server leave memory bounded and all are answered`() throws {
        let server = try FaultyRedis { Self.mute($0) }
        let loop = try QuotaLoop.ready(port: server.port, .wide, timeout: 500_000_000)
        let eventLoop = loop.eventLoop
        let pending = try loop.run { parts in
            (0..<100_000).compactMap { _ in
                let waiter = QuotaLoop.Waiter(eventLoop.makePromise())
                guard let outcome = parts.store.take(.of(), isGuarded: false, for: waiter) else {
                    return waiter.promise.futureResult
                }
                #expect(outcome.source == .share && outcome[0].isAllowed)
                waiter.quotasTaken(outcome)
                return nil
            }
        }
        #expect(pending.count == 4096)
        for outcome in pending { #expect(try outcome.wait().source == .share) }
        #expect(try loop.facts.degraded == 100_000)
    }

    @Test
    func `a server that is killed costs no timeout, and is used again when it is back`() throws {
        let server = try RedisServer()
        let loop = try QuotaLoop.ready(port: server.port, timeout: 60_000_000_000)
        try server.kill()
        try loop.waitUntil(isUp: false)
        #expect(try loop.take(.of()).source == .share)
        try server.restart()
        try loop.waitUntil(isUp: true)
        #expect(try loop.take(.of()).source == .store)
    }

    @Test
    func `a request that waits when the connection ends is answered at once`() throws {
        let server = try FaultyRedis { Self.mute($0) }
        let loop = try QuotaLoop.ready(port: server.port, timeout: 600_000_000_000)
        let pending = try loop.begin(1, .of())
        try wait(for: "the call", seconds: 60) { server.calls.contains { $0.name == "EVALSHA" } }
        server.dropConnections()
        #expect(try pending.map { try $0.wait() }.allSatisfy { $0.source == .share })
    }

    @Test
    func `a store that stops answers what waits, and leaves no connection`() throws {
        let server = try FaultyRedis { Self.mute($0) }
        let loop = try QuotaLoop.ready(port: server.port, timeout: 600_000_000_000)
        let pending = try loop.begin(3, .of())
        try loop.run { $0.store.stop() }
        #expect(try pending.map { try $0.wait() }.allSatisfy { $0.source == .share })
        try wait(for: "the connection to end", seconds: 60) { server.openCount == 0 }
        #expect(try loop.take(.of()).source == .share && server.connectionCount == 1)
    }

    @Test
    func `Q-12 while the store is away allow lets requests pass unseen, but guarded ones take from the share`() throws {
        let loop = try QuotaLoop.single(port: FreePort.next(), .ten, .allow)
        #expect(try loop.take(30, .of()).allSatisfy { $0.source == .allowedUnseen })
        let guarded = try loop.take(30, .of([0], "login"), isGuarded: true)
        #expect(guarded.allSatisfy { $0.source == .share })
        #expect(guarded.count { $0[0].isAllowed } == 10)
    }

    @Test
    func `while the store is away deny refuses`() throws {
        let loop = try QuotaLoop.single(port: FreePort.next(), .ten, .deny)
        #expect(try loop.take(.of()).source == .denied)
        #expect(try loop.take(.of(), isGuarded: true).source == .denied)
    }

    @Test
    func `while the store is away all loops together take one share of the processes last seen`() throws {
        let server = try RedisServer()
        let shared = QuotaShared.single(port: server.port)
        let loops = [try QuotaLoop(shared), try QuotaLoop(shared)]
        for loop in loops { try loop.waitUntil(isUp: true) }
        let other = try QuotaLoop.ready(port: server.port)
        try wait(for: "the processes to see each other", seconds: 60) { shared.processCount == 2 }
        try server.kill()
        for loop in loops + [other] { try loop.waitUntil(isUp: false) }
        let outcomes = try loops.flatMap { try $0.take(10, .of()) }
        #expect(outcomes.allSatisfy { $0.source == .share })
        #expect(outcomes.count { $0[0].isAllowed } == 5)
    }

    @Test
    func `what the store answered of a request counts, although the rest failed`() throws {
        let failing = QuotaKey.caller("bob").text
        let port = try FreePort.next()
        // Only in a cluster does each subject have a call of its own.
        let server = try FaultyRedis(port: port) { call in
            if call.name == "CLUSTER SLOTS" {
                let line: RESPValue = .array([.integer(0), .integer(16_383), .array([.text(""), .integer(port)])])
                return .value(.array([line]))
            }
            guard call.name == "EVALSHA" else { return FaultyRedis.healthy(call) }
            let isFailing = call.arguments.contains { $0.contains(failing) }
            return isFailing ? .error(.outOfMemory) : .value(.text("00;"))
        }
        for fallback in [QuotaStoreConfiguration.Fallback.local, .allow] {
            let loop = try QuotaLoop.single(port: server.port, .ten, fallback) {
                $0.layout = .cluster([RedisAddress(host: "127.0.0.1", port: port)])
            }
            try loop.waitUntil(isUp: true)
            let outcome = try loop.take(.of([0, 1], "alice", "bob"))
            #expect(outcome.source == .share)
            #expect(!outcome[0].isAllowed && outcome[1].isAllowed && outcome[1].remaining == 19)
        }
    }

    @Test
    func `a failure that was none goes back to where it was taken from, and nowhere else`() throws {
        let server = try RedisServer()
        let loop = try QuotaLoop.ready(port: server.port, .failing(3))
        let login = { () throws -> TakenQuotas in
            let charges = QuotaTable.failing(3).charges(
                [],
                takesFailure: true,
                head: RequestHead(),
                token: nil,
                address: .caller("home")
            )
            return TakenQuotas(charges: charges, outcome: try loop.take(charges))
        }
        let first = try login()
        #expect(first.outcome[0].remaining == 2)
        let refund = try #require(QuotaTable.failing(3).failureRefund(first))
        try loop.run { $0.store.giveBack(refund) }
        try wait(for: "the failure to be back", seconds: 60) { try login().outcome[0].remaining == 2 }
        let granted = try #require(QuotaTable.failing(3).failureRefund(login()))
        server.pause()
        try wait(for: "the breaker to open", seconds: 60) {
            _ = try login()
            return !loop.shared.isStoreUp
        }
        // What the store granted does not come back as a share: that is used up and stays so.
        try wait(for: "the share to be used up", seconds: 60) { try !login().outcome[0].isAllowed }
        try loop.run { $0.store.giveBack(granted) }
        #expect(try !login().outcome[0].isAllowed)
        server.resume()
    }

    @Test
    func `one server is asked for all quotas of a request in one call`() throws {
        let server = try FaultyRedis { call in
            call.name == "EVALSHA" ? .value(.text("13240000000000;03420000000000;")) : FaultyRedis.healthy(call)
        }
        let loop = try QuotaLoop.ready(port: server.port)
        let outcome = try loop.take(.of([0, 1], "alice", "bob"))
        #expect(outcome.source == .store)
        #expect(outcome[0].isAllowed && !outcome[1].isAllowed)
        #expect(server.calls.count { $0.name == "EVALSHA" } == 1)
    }

    /// Greets as a healthy server does, and says nothing more.
    private static func mute(_ call: FaultyRedis.Call) -> FaultyRedis.Reply {
        ["EVALSHA", "EVAL", "PING"].contains(call.name) ? .silence : FaultyRedis.healthy(call)
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)

        func next() -> Int { self.count.add(1, ordering: .relaxed).oldValue }
        var value: Int { self.count.load(ordering: .relaxed) }
    }
}
