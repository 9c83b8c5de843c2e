import GatehouseCore
import GatehouseCrypto
import NIOCore
import TestSupport
import Testing

@testable import GatehouseEdge

/// Quotas in a real Redis.
@Suite(.mayBlock)
struct RedisQuotaTests {
    @Test
    func `exactly the burst is allowed, whichever loop asks`() throws {
        let server = try RedisServer()
        let shared = QuotaShared.single(port: server.port)
        let loops = [try QuotaLoop(shared), try QuotaLoop(shared)]
        for loop in loops { try loop.waitUntil(isUp: true) }
        let pending = try loops.flatMap { try $0.begin(15, .of()) }
        let outcomes = try pending.map { try $0.wait() }
        #expect(outcomes.allSatisfy { $0.source == .store })
        #expect(outcomes.count { $0[0].isAllowed } == 10)
        #expect(Set(outcomes.filter { $0[0].isAllowed }.map { $0[0].remaining }) == Set(0...9))
        #expect(outcomes.allSatisfy { $0[0].isAllowed || (355...361).contains($0[0].seconds) })
    }

    @Test
    func `each quota of a request is taken by itself, in calls of one subject each`() throws {
        let server = try RedisServer()
        let loop = try QuotaLoop.ready(port: server.port)
        for _ in 0..<12 { _ = try loop.take(.of([0, 1], "alice", "bob")) }
        let outcome = try loop.take(.of([0, 1], "alice", "bob"))
        #expect(!outcome[0].isAllowed && outcome[1].isAllowed)
        #expect(outcome[1].remaining == 7)
        let keys = try server.expect("KEYS", "gh:q:*").members.compactMap(\.text).sorted()
        let wanted = [
            "gh:q:{\(QuotaKey.caller("alice").text)}:default", "gh:q:{\(QuotaKey.caller("bob").text)}:address",
        ]
        #expect(keys == wanted.sorted())
    }

    @Test
    func `a look takes nothing`() throws {
        let server = try RedisServer()
        let loop = try QuotaLoop.ready(port: server.port)
        for _ in 0..<30 {
            let outcome = try loop.take(.of(cost: 0))
            #expect(outcome[0].isAllowed && outcome[0].remaining == 10)
        }
        #expect(try server.expect("KEYS", "gh:q:*").members.isEmpty)
        _ = try loop.take(10, .of())
        #expect(try !loop.take(.of(cost: 0))[0].isAllowed)
    }

    @Test
    func `what was taken is forgotten when it is paid back`() throws {
        let server = try RedisServer()
        let table = QuotaTable(
            policies: [
                QuotaPolicy(
                    name: "fast",
                    subject: .caller,
                    limits: [QuotaLimit(requests: 10, periodNanoseconds: 500_000_000)]
                )
            ],
            failures: nil
        )
        let loop = try QuotaLoop.ready(port: server.port, table)
        _ = try loop.take(3, .of())
        try wait(for: "the key to expire", seconds: 60) { try server.expect("KEYS", "gh:q:*").members.isEmpty }
        #expect(try loop.take(.of())[0].remaining == 9)
    }

    @Test
    func `the calls of one turn leave together, and the answers come in order`() throws {
        let server = try RedisServer()
        let loop = try QuotaLoop.ready(port: server.port, .wide)
        let outcomes = try loop.take(1000, .of())
        #expect(outcomes.allSatisfy { $0.source == .store && $0[0].isAllowed })
        #expect(zip(outcomes, outcomes.dropFirst()).allSatisfy { $0[0].remaining >= $1[0].remaining })
        #expect(try loop.facts.degraded == 0)
    }

    @Test
    func `a waiter that was forgotten is not told, and the others are`() throws {
        let server = try RedisServer()
        let loop = try QuotaLoop.ready(port: server.port)
        let eventLoop = loop.eventLoop
        let told = try loop.run { parts in
            let forgotten = QuotaLoop.Waiter(eventLoop.makePromise())
            let other = QuotaLoop.Waiter(eventLoop.makePromise())
            #expect(parts.store.take(.of(), isGuarded: false, for: forgotten) == nil)
            #expect(parts.store.take(.of(), isGuarded: false, for: other) == nil)
            parts.store.forget(forgotten)
            forgotten.promise.fail(CancellationError())
            return other.promise.futureResult
        }
        // What the forgotten one took stays taken. A promise that is kept twice would trap.
        #expect(try told.wait()[0].remaining == 8)
    }

    @Test
    func `no charge is allowed at once`() throws {
        let loop = try QuotaLoop.single(port: 1)
        #expect(try loop.take(QuotaCharges()).source == .store)
    }

    @Test
    func `password, user and database of the configuration are used`() throws {
        var options = RedisServer.Options()
        options.user = RedisServer.User("gate", password: "hush-hush", rules: "~gh:* \(Self.rights) +select")
        let server = try RedisServer(options)
        let loop = try QuotaLoop.single(port: server.port) {
            $0.layout = .single(RedisAddress(host: "127.0.0.1", port: server.port), database: 3)
            $0.user = "gate"
            $0.password = .init(Array("hush-hush".utf8))
        }
        try loop.waitUntil(isUp: true)
        #expect(try loop.take(.of())[0].remaining == 9)
        #expect(try server.info("db3") != nil && server.info("db0") == nil)
    }

    @Test
    func `TLS with a client's certificate is spoken to a server that wants it`() throws {
        let files = try TLSFiles.shared()
        let client = try ClientCertificate.shared()
        var options = RedisServer.Options()
        options.tls = files
        let server = try RedisServer(options)
        let tls = try RedisTLS.context(
            authorityPath: files.authority,
            chainPath: client.certificate,
            keyPath: client.key
        )
        let loop = try QuotaLoop.single(port: server.port) { $0.tls = tls }
        try loop.waitUntil(isUp: true)
        #expect(try loop.take(.of()).source == .store)
        let stranger = try QuotaLoop.single(port: server.port) {
            $0.tls = try? RedisTLS.context(authorityPath: nil, chainPath: client.certificate, keyPath: client.key)
        }
        #expect(try stranger.take(.of()).source == .share)
    }

    @Test
    func `processes that share the store are counted, and each forgets those that are gone`() throws {
        let server = try RedisServer()
        try server.expect("ZADD", "gh:processes", "1000", "long-gone")
        let loops = try (0..<3).map { _ in try QuotaLoop.ready(port: server.port) }
        try wait(for: "the processes to see each other", seconds: 60) {
            loops.allSatisfy { $0.shared.processCount == 3 }
        }
        #expect(try server.expect("ZSCORE", "gh:processes", "long-gone") == .bulk(nil))
    }

    static let rights = "+auth +evalsha +eval +script|load +ping +time +get +set +zadd +zremrangebyscore +zcard"
}
