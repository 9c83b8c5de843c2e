import GatehouseCore
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import GatehouseEdge

/// One loop with its quota store, driven from the thread of a test.
///
/// Stops by itself when the last reference goes.
final class QuotaLoop: Sendable {
    let shared: QuotaShared
    let eventLoop: any EventLoop
    private let parts: NIOLoopBound<Parts>

    final class Parts {
        let loop: LoopContext
        let store: any QuotaStore
        var sweep: RepeatedTask?

        init(loop: LoopContext, store: any QuotaStore) {
            self.loop = loop
            self.store = store
        }
    }

    /// Starts a store; the sweep runs more often than in the gate, so that tests need not wait.
    init(_ shared: QuotaShared) throws {
        self.shared = shared
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        self.eventLoop = eventLoop
        self.parts = try eventLoop.submit {
            let parts = Parts(loop: try EdgeWorld(upstream: MemoryUpstream()).loop, store: shared.makeStore())
            let bound = NIOLoopBound(parts, eventLoop: eventLoop)
            parts.store.start(on: parts.loop, eventLoop: eventLoop)
            parts.sweep = eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(50)) { _ in
                bound.value.loop.sweep()
            }
            return bound
        }.wait()
    }

    deinit {
        let parts = self.parts
        self.eventLoop.execute {
            parts.value.sweep?.cancel()
            parts.value.store.stop()
        }
    }

    /// Starts a store for one server.
    static func single(
        port: Int,
        _ table: QuotaTable = .ten,
        timeout: UInt64 = 5_000_000_000,
        _ whenStoreFails: QuotaStoreConfiguration.Fallback = .local,
        configure: (inout RedisConfiguration) -> Void = { _ in }
    ) throws -> QuotaLoop {
        try QuotaLoop(.single(port: port, table, timeout: timeout, whenStoreFails, configure: configure))
    }

    /// Starts a store and waits until it reaches its server.
    static func ready(port: Int, _ table: QuotaTable = .ten, timeout: UInt64 = 5_000_000_000) throws -> QuotaLoop {
        let loop = try QuotaLoop.single(port: port, table, timeout: timeout)
        try loop.waitUntil(isUp: true)
        return loop
    }

    /// Does something on the loop, as an event that ends with a flush.
    @discardableResult
    func run<R: Sendable>(_ body: @escaping @Sendable (Parts) throws -> R) throws -> R {
        let parts = self.parts
        return try self.eventLoop.submit {
            parts.value.loop.tick()
            defer { parts.value.loop.flush() }
            return try body(parts.value)
        }.wait()
    }

    /// Takes charges for one request and waits for the outcome.
    func take(_ charges: QuotaCharges, isGuarded: Bool = false) throws -> QuotaOutcome {
        try #require(self.take(1, charges, isGuarded: isGuarded).first)
    }

    /// Takes charges for that many requests in one turn and waits for all outcomes.
    func take(_ count: Int, _ charges: QuotaCharges, isGuarded: Bool = false) throws -> [QuotaOutcome] {
        let pending = try self.begin(count, charges, isGuarded: isGuarded)
        return try pending.map { try $0.wait() }
    }

    /// Takes charges for that many requests in one turn.
    func begin(
        _ count: Int,
        _ charges: QuotaCharges,
        isGuarded: Bool = false
    ) throws -> [EventLoopFuture<QuotaOutcome>] {
        let eventLoop = self.eventLoop
        return try self.run { parts in
            (0..<count).map { _ in
                let waiter = Waiter(eventLoop.makePromise())
                if let outcome = parts.store.take(charges, isGuarded: isGuarded, for: waiter) {
                    waiter.quotasTaken(outcome)
                }
                return waiter.promise.futureResult
            }
        }
    }

    var facts: QuotaFacts {
        get throws { try self.run { $0.store.facts } }
    }

    /// The port of the server that is used, if there is one for all; nil otherwise.
    var address: Int? {
        try? self.run { ($0.store as? RedisQuotaStore)?.topology?.node(for: .caller("alice"))?.address.port }
    }

    func waitUntil(isUp: Bool) throws {
        try wait(for: "the store to be \(isUp ? "up" : "away")", seconds: 60) { self.shared.isStoreUp == isUp }
    }

    /// One request; a second outcome fails the test.
    final class Waiter: QuotaWaiter {
        let promise: EventLoopPromise<QuotaOutcome>
        private var hasOutcome = false

        init(_ promise: EventLoopPromise<QuotaOutcome>) { self.promise = promise }

        func quotasTaken(_ outcome: QuotaOutcome) {
            #expect(!self.hasOutcome, "an outcome came twice")
            self.hasOutcome = true
            self.promise.succeed(outcome)
        }
    }
}

extension QuotaShared {
    static func single(
        port: Int,
        _ table: QuotaTable = .ten,
        timeout: UInt64 = 5_000_000_000,
        _ whenStoreFails: QuotaStoreConfiguration.Fallback = .local,
        configure: (inout RedisConfiguration) -> Void = { _ in }
    ) -> QuotaShared {
        var redis = RedisConfiguration(layout: .single(RedisAddress(host: "127.0.0.1", port: port), database: 0))
        configure(&redis)
        return QuotaShared(
            QuotaStoreConfiguration(
                table: table,
                kind: .redis(redis),
                timeoutNanoseconds: timeout,
                whenStoreFails: whenStoreFails
            )
        )
    }
}

extension QuotaShared {
    static func sentinel(
        _ ports: [Int],
        master: String,
        configure: (inout RedisConfiguration) -> Void = { _ in }
    ) -> QuotaShared {
        .single(port: 0) {
            $0.layout = .sentinel(ports.map { RedisAddress(host: "127.0.0.1", port: $0) }, master: master, database: 0)
            configure(&$0)
        }
    }

    static func cluster(_ ports: [Int]) -> QuotaShared {
        .single(port: 0) { $0.layout = .cluster(ports.map { RedisAddress(host: "127.0.0.1", port: $0) }) }
    }
}

/// Something that a test turns on while a server looks at it.
final class Switch: Sendable {
    private let state = Atomic<Bool>(false)

    var isOn: Bool {
        get { self.state.load(ordering: .relaxed) }
        set { self.state.store(newValue, ordering: .relaxed) }
    }
}

extension QuotaTable {
    /// `default` with ten an hour, `address` with twenty an hour.
    static let ten = QuotaTable(
        policies: [
            QuotaPolicy(name: "default", subject: .caller, limits: [.hourly(10)]),
            QuotaPolicy(name: "address", subject: .address, limits: [.hourly(20)]),
        ],
        failures: nil
    )

    /// Only failures, so many an hour.
    static func failing(_ requests: Int) -> QuotaTable {
        QuotaTable(policies: [], failures: .hourly(requests))
    }

    /// One policy without a bound that a test would reach.
    static let wide = QuotaTable(
        policies: [QuotaPolicy(name: "default", subject: .caller, limits: [.hourly(1_000_000_000)])],
        failures: nil
    )
}

extension QuotaLimit {
    static func hourly(_ requests: Int) -> QuotaLimit {
        QuotaLimit(requests: requests, periodNanoseconds: 3_600_000_000_000)
    }
}

extension QuotaCharges {
    /// One request from the policies at the places, for callers of the names; a name that is missing is that of the first.
    static func of(_ policies: [Int] = [0], _ callers: String..., cost: Int = 1) -> QuotaCharges {
        var charges = QuotaCharges()
        for (place, policy) in policies.enumerated() {
            let caller = place < callers.count ? callers[place] : callers.first ?? "alice"
            charges.append(QuotaCharge(policy: policy, tier: 0, cost: cost, key: .caller(caller)))
        }
        return charges
    }
}

extension QuotaKey {
    static func caller(_ name: String) -> QuotaKey { QuotaKey(.caller, digesting: [Array(name.utf8)]) }

    var text: String {
        var bytes: [UInt8] = []
        self.write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Runs the tests of a suite on threads that may block.
struct MayBlock: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockingExecutor.shared) { try await function() }
    }
}

extension Trait where Self == MayBlock {
    static var mayBlock: MayBlock { MayBlock() }
}
