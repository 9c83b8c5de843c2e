import GatehouseCore
import GatehouseCrypto
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import GatehouseEdge

/// Servers that hang, lie, refuse or break off.
@Suite(.mayBlock)
struct RedisFaultTests {
    @Test
    func `B-20 a server that forgot the script is given the text, and the request is counted once`() throws {
        let server = try RedisServer()
        let loop = try QuotaLoop.ready(port: server.port)
        #expect(try loop.take(.of())[0].remaining == 9)
        try server.scriptFlush()
        #expect(try loop.take(.of())[0].remaining == 8)
        #expect(try loop.take(.of())[0].remaining == 7)
        #expect(try server.expect("SCRIPT", "EXISTS", QuotaScript.digest).members == [.integer(1)])
        #expect(try loop.facts.degraded == 0)
    }

    @Test
    func `B-20 a server that never knows the script is a failed store`() throws {
        let server = try FaultyRedis { call in
            call.name.hasPrefix("EVAL") ? .error(.noScript) : FaultyRedis.healthy(call)
        }
        let loop = try QuotaLoop.ready(port: server.port)
        #expect(try loop.take(.of()).source == .share)
        let calls = server.calls.filter { $0.arguments.last == "1" }.map(\.name)
        #expect(calls == ["EVALSHA", "EVAL"])
    }

    @Test(arguments: RedisErrorText.all.filter { $0.row != "B-20" && $0.row != "B-25" })
    func `B-21 B-23 B-24 B-26 B-27 an error is a failed store, not a refusal, and the store comes back`(
        error: RedisErrorText
    ) throws {
        let isBroken = Atomic<Bool>(true)
        let server = try FaultyRedis { call in
            guard call.name == "EVALSHA" else { return FaultyRedis.healthy(call) }
            return isBroken.load(ordering: .relaxed) ? .error(error) : .value(.text("13240000000000;"))
        }
        let loop = try QuotaLoop.ready(port: server.port)
        #expect(try loop.take(.of()).source == .share)
        isBroken.store(false, ordering: .relaxed)
        try wait(for: "the store to be used again", seconds: 60) { try loop.take(.of()).source == .store }
        #expect(!server.calls.contains { $0.name == "SCRIPT KILL" })
    }

    @Test(arguments: [RedisErrorText.loading, .busy, .masterDown, .readOnly])
    func `B-21 B-23 the connection is given up, and another one is made`(error: RedisErrorText) throws {
        let server = try FaultyRedis { call in
            call.name == "EVALSHA" && call.connection == 0 ? .error(error) : Self.granting(call)
        }
        let loop = try QuotaLoop.ready(port: server.port)
        #expect(try loop.take(.of()).source == .share)
        try wait(for: "the store to be used again", seconds: 60) { try loop.take(.of()).source == .store }
        #expect(server.connectionCount == 2)
    }

    @Test
    func `B-24 a key of another type spoils its own quota only`() throws {
        let server = try RedisServer()
        let loop = try QuotaLoop.ready(port: server.port)
        try server.expect("LPUSH", "gh:q:{\(QuotaKey.caller("mallory").text)}:default", "x")
        for _ in 0..<3 {
            #expect(try loop.take(.of([0], "mallory")).source == .share)
            #expect(try loop.take(.of([0], "alice")).source == .store)
        }
    }

    @Test
    func `B-24 a server without memory fails, and is used again when it has some`() throws {
        let server = try RedisServer()
        let loop = try QuotaLoop.ready(port: server.port)
        try server.expect("CONFIG", "SET", "maxmemory", "1")
        for _ in 0..<10 { #expect(try loop.take(.of()).source == .share) }
        try loop.waitUntil(isUp: false)
        try server.expect("CONFIG", "SET", "maxmemory", "0")
        try wait(for: "the store to be used again", seconds: 60) { try loop.take(.of()).source == .store }
    }

    @Test
    func `B-27 the rights in the documentation are enough, and without them the store fails`() throws {
        for missing in [nil, "+get", "+time", "+evalsha", "+script|load"] {
            var options = RedisServer.Options()
            let words = RedisQuotaTests.rights.split(separator: " ").map(String.init).filter { $0 != missing }
            let rules = "~gh:* " + words.joined(separator: " ")
            options.user = RedisServer.User("gate", password: "hush-hush", rules: rules)
            let server = try RedisServer(options)
            let loop = try QuotaLoop.single(port: server.port) {
                $0.user = "gate"
                $0.password = Secret(Array("hush-hush".utf8))
            }
            if missing == nil || missing == "+get" { try loop.waitUntil(isUp: true) }
            let outcome = try loop.take(.of())
            #expect(outcome.source == (missing == nil ? .store : .share), "without \(missing ?? "nothing")")
            guard missing == nil else { continue }
            try wait(for: "the process to be counted", seconds: 60) {
                try server.expect("ZCARD", "gh:processes") == .integer(1)
            }
        }
    }

    @Test(arguments: [RedisErrorText.noAuthentication, .wrongPassword, .noPermission])
    func `B-27 what only a person can help is tried again slowly`(error: RedisErrorText) throws {
        // A greeting that the machine is too slow for ends after a second, and is another fault; so the best of a few attempts counts.
        #expect(try (0..<5).contains { _ in try Self.delay(after: error) > .seconds(2) })
    }

    /// How long after an error in the greeting the next connection is made.
    private static func delay(after error: RedisErrorText) throws -> Duration {
        let server = try FaultyRedis { $0.name == "SCRIPT LOAD" ? .error(error) : FaultyRedis.healthy($0) }
        let loop = try QuotaLoop.single(port: server.port)
        try wait(for: "the first attempt", seconds: 60) { server.connectionCount >= 1 }
        let start = ContinuousClock.now
        #expect(try loop.take(20, .of()).allSatisfy { $0.source == .share })
        try wait(for: "the second attempt", seconds: 60) { server.connectionCount >= 2 }
        let delay = start.duration(to: .now)
        // A lost connection is made again after 50 ms.
        #expect(delay > .milliseconds(500))
        return delay
    }

    @Test
    func `B-27 a wrong password is a failed store`() throws {
        var options = RedisServer.Options()
        options.password = "hush-hush"
        let server = try RedisServer(options)
        for password in [nil, "wrong"] {
            let loop = try QuotaLoop.single(port: server.port) {
                $0.password = password.map { Secret(Array($0.utf8)) }
            }
            for _ in 0..<20 { #expect(try loop.take(.of()).source == .share) }
        }
    }

    /// What a server that is well answers to one charge of `QuotaTable.ten`.
    static func granting(_ call: FaultyRedis.Call) -> FaultyRedis.Reply {
        call.name == "EVALSHA" ? .value(.text("13240000000000;")) : FaultyRedis.healthy(call)
    }
}
