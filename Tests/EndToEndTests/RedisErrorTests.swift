import Testing
import TestSupport

/// Servers that speak badly: whatever Redis says, a request is answered in time and the gate lives.
@Suite(.blocking)
struct RedisErrorTests {
    private static let settings = ["policies:", "  - { name: default, requests: 3, per: 1h, by: address }"]

    /// Runs a test on a gate whose store answers quotas as the test says, once it was well.
    private static func withFaulty(
        _ more: [String] = ["timeout: 5s", "when_store_fails: deny"],
        _ test: (QuotaGate, FaultyRedis) throws -> Void
    ) throws {
        let server = try FaultyRedis(healthy)
        defer { server.stop() }
        try QuotaGate(["store: \(server.url)"] + more + settings).play { gate in
            try gate.waitForStore()
            try test(gate, server)
        }
    }

    /// A store in which the quota has room for two more.
    @Sendable
    private static func healthy(_ call: FaultyRedis.Call) -> FaultyRedis.Reply {
        call.name == "EVALSHA" ? .value(.text("12400000000000;")) : FaultyRedis.healthy(call)
    }

    /// A store that knows no script.
    @Sendable
    private static func forgetful(_ call: FaultyRedis.Call) -> FaultyRedis.Reply {
        switch call.name {
        case "EVALSHA": .error(.noScript)
        case "EVAL" where call.arguments.contains("gh:processes"): .value(.integer(1))
        case "EVAL": .value(.text("12400000000000;"))
        default: FaultyRedis.healthy(call)
        }
    }

    private static func quotas(are reply: FaultyRedis.Reply) -> FaultyRedis.Behaviour {
        { call in call.name == "EVALSHA" ? reply : healthy(call) }
    }

    @Test(arguments: RedisErrorText.all.filter { $0.row != "B-20" })
    func `B-21 B-23 B-24 B-25 B-26 B-27: an error is a failed store, never a refusal, and the store comes back`(
        _ error: RedisErrorText
    ) throws {
        try Self.withFaulty { gate, server in
            #expect(try gate.ask(1) == [200])
            server.become(Self.quotas(are: .error(error)))
            #expect(try gate.ask(12).allSatisfy { $0 == 503 })
            #expect(!server.calls.contains { $0.name.hasPrefix("SCRIPT KILL") })
            server.become(Self.healthy)
            try gate.waitForStore()
            try wait(for: "the store to be used again") { try gate.ask(1) == [200] }
        }
    }

    @Test
    func `B-20: a server that does not know the script is given its text, once for each request`() throws {
        try Self.withFaulty { gate, server in
            server.become(Self.forgetful)
            let statuses = try gate.ask(3)
            #expect(statuses == [200, 200, 200])
            let texts = server.calls.filter { $0.name == "EVAL" && !$0.arguments.contains("gh:processes") }
            #expect(texts.count == 3 && server.connectionCount == 1)
            #expect(try gate.degraded() == 0)
        }
    }

    @Test(arguments: [
        "silent", "a second late", "a huge bulk", "a huge array", "deep", "half", "garbage", "a number", "reset",
    ])
    func `D-12: whatever a server sends instead of an answer, requests are decided in time`(_ fault: String) throws {
        let replies: [String: FaultyRedis.Reply] = [
            "silent": .silence, "a second late": .late(seconds: 1, .value(.text("12400000000000;"))),
            "a huge bulk": .hugeBulk, "a huge array": .hugeArray, "deep": .deepArray, "half": .halfAnswer,
            "garbage": .garbage, "a number": .value(.integer(7)), "reset": .reset,
        ]
        let reply = try #require(replies[fault])
        try Self.withFaulty(["when_store_fails: allow"]) { gate, server in
            let memory = gate.sidecar.memory
            server.become(Self.quotas(are: reply))
            let start = ContinuousClock.now
            #expect(try gate.ask(60).allSatisfy { $0 == 200 })
            let taken = start.duration(to: .now).seconds
            // Sixty timeouts are 1.2 s at least; the breaker and lost connections make it a tenth of that on an idle machine.
            #expect(taken < 30, "60 requests took \(taken) s")
            let questions = server.calls.count { $0.name == "EVALSHA" }
            #expect(questions < 60, "each request was sent to a store that does not answer")
            #expect(gate.sidecar.memory < memory + 64 << 10, "\(gate.sidecar.memory - memory) KiB more")
            #expect(try gate.degraded() >= 30)
            server.become(Self.healthy)
            try gate.waitForStore()
            // On a busy machine even a healthy store is late now and then.
            try wait(for: "answers of the store alone") {
                let before = try gate.degraded()
                return try gate.ask(2) == [200, 200] && gate.degraded() == before
            }
        }
    }
}
