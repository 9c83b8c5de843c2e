import Testing
import TestSupport

/// Processes that share one Redis allow together what the quota says, and no request more.
@Suite(.blocking)
struct QuotaProcessesTests {
    private static func settings(_ url: String, requests: Int, per: String = "1h", _ more: String...) -> [String] {
        // A long timeout, since on a busy machine an answer that is late would be decided by a process alone.
        ["store: \(url)", "timeout: 10s", "policies:"]
            + ["  - { name: default, requests: \(requests), per: \(per), by: address }"] + more
    }

    @Test
    func `two processes on one Redis allow exactly the burst`() throws {
        let server = try RedisServer()
        let settings = Self.settings(server.url, requests: 300)
        try (0..<2).map { _ in try QuotaGate(settings) { $0.workers = 2 } }.play { gates in
            for gate in gates { try gate.waitForStore() }
            let tally = try QuotaLoad(ports: gates.map(\.port), clients: 8, most: 100).outcome()
            #expect(tally.failures == [] && tally.count == 800)
            // One more flows in every 12 s.
            #expect(tally.excess(burst: 300, rate: 300 / 3600) <= 0, "\(tally.statuses)")
            #expect(tally.admissions.count >= 300, "\(tally.statuses)")
            #expect(tally.statuses.keys.sorted() == [200, 429])
            let allowed = try gates.map { try $0.decisions("default", "allow") }
            #expect(allowed.reduce(0, +) == tally.admissions.count && allowed.allSatisfy { $0 > 0 })
            let degraded = try gates.map { try $0.degraded() }
            #expect(degraded == [0, 0])
        }
    }

    @Test
    func `two processes on one Redis allow what flows in, and no more in any stretch of time`() throws {
        let server = try RedisServer()
        let settings = Self.settings(server.url, requests: 100, per: "5s")
        try (0..<2).map { _ in try QuotaGate(settings) }.play { gates in
            for gate in gates { try gate.waitForStore() }
            let load = QuotaLoad(ports: gates.map(\.port), clients: 8, pauseMilliseconds: 10)
            try wait(for: "more than two bursts to be let through", seconds: 60) {
                try gates.map { try $0.decisions("default", "allow") }.reduce(0, +) > 200
            }
            let tally = try load.stop()
            #expect(tally.failures == [])
            #expect(tally.excess(burst: 100, rate: 20) <= 0, "\(tally.statuses)")
        }
    }

    @Test
    func `B-20: while scripts are flushed again and again two processes allow exactly the burst`() throws {
        let server = try RedisServer()
        let settings = Self.settings(server.url, requests: 300)
        try (0..<2).map { _ in try QuotaGate(settings) { $0.workers = 2 } }.play { gates in
            for gate in gates { try gate.waitForStore() }
            let load = QuotaLoad(ports: gates.map(\.port), clients: 8, most: 100)
            var flushes = 0
            while load.count < 800 {
                try server.scriptFlush()
                flushes += 1
            }
            let tally = try load.outcome()
            #expect(tally.failures == [] && flushes > 20)
            #expect(tally.excess(burst: 300, rate: 300 / 3600) <= 0, "\(tally.statuses)")
            #expect(tally.admissions.count >= 300, "\(tally.statuses)")
            let degraded = try gates.map { try $0.degraded() }
            #expect(degraded == [0, 0])
        }
    }

    @Test
    func `a process that starts while others are at their bound lets nothing more through`() throws {
        let server = try RedisServer()
        let settings = Self.settings(server.url, requests: 5)
        try QuotaGate(settings).play { first in
            try first.waitForStore()
            #expect(try first.ask(6) == [200, 200, 200, 200, 200, 429])
            // It takes connections as soon as the listener is open, which is when the fixture returns.
            for _ in 0..<5 {
                try QuotaGate(settings).play { later in
                    let statuses = try later.ask(3)
                    #expect(statuses == [429, 429, 429])
                }
            }
        }
    }

    @Test
    func `the counts of a durable store outlive it and the processes`() throws {
        var options = RedisServer.Options()
        options.isDurable = true
        let server = try RedisServer(options)
        let settings = Self.settings(server.url, requests: 5)
        try QuotaGate(settings).play { gate in
            try gate.waitForStore()
            #expect(try gate.ask(4) == [200, 200, 200, 200])
        }
        try server.kill()
        try server.restart()
        try QuotaGate(settings).play { gate in
            try gate.waitForStore()
            #expect(try gate.ask(3) == [200, 429, 429])
        }
    }
}
