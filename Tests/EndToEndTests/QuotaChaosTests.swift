import Testing
import TestSupport

extension RedisGroupTests {
    /// Redis is killed and comes back again and again while many clients ask several processes.
    ///
    /// The bound is that of the README: what the store grants, and what the processes grant by themselves while it is away, each a burst and
    /// what flows in; a store that forgets grants one more burst each time. The rate is so low that hardly anything flows in.
    @Suite(.blocking)
    struct Chaos {
        private static let requests = 400

        @Test(arguments: [true, false])
        func `4 processes and 16 clients stay within the bound while Redis is killed again and again`(
            isDurable: Bool
        ) throws {
            var options = RedisServer.Options()
            options.isDurable = isDurable
            let server = try RedisServer(options)
            let settings = [
                "store: \(server.url)", "policies:",
                "  - { name: default, requests: \(Self.requests), per: 1h, by: address }",
            ]
            let application = try QuotaGate.application()
            try (0..<4).map { _ in try QuotaGate(settings, upstream: application) }.play { gates in
                try gates.waitForCensus(server)
                let load = QuotaLoad(ports: gates.map(\.port), clients: 16, pauseMilliseconds: 4)
                let delays = try (0..<QuotaFigures.kills).map { _ in try Self.kill(server, gates) }
                let tally = try load.stop()
                let degraded = try gates.map { try $0.degraded() }
                #expect(tally.failures == [] && tally.statuses[503] == nil && tally.statuses[500] == nil)
                #expect(degraded.allSatisfy { $0 > 0 }, "the outages were not noticed: \(degraded)")
                let bursts = isDurable ? 2 : 2 + QuotaFigures.kills
                let rate = 2 * Double(Self.requests) / 3600
                let excess = tally.excess(burst: Double(bursts * Self.requests), rate: rate)
                #expect(excess <= 0, "\(tally.admissions.count) admissions in \(tally.duration) s")
                #expect(tally.admissions.count >= Self.requests, "\(tally.statuses)")
                QuotaFigures.note(
                    "redis, \(isDurable ? "durable" : "not durable"): \(QuotaFigures.kills) kills in "
                        + "\(QuotaFigures.text(tally.duration)), \(tally.count) requests, "
                        + "\(tally.admissions.count) of at most \(bursts * Self.requests) allowed, "
                        + "\(degraded.reduce(0, +)) decided without the store; used again after at most "
                        + QuotaFigures.text(delays.max() ?? 0)
                )
            }
            application.stop()
        }

        /// Kills the server, waits until every process has decided by itself, and starts it again until all use it.
        ///
        /// - Returns: how many seconds after its return the last of them used it.
        private static func kill(_ server: RedisServer, _ gates: [QuotaGate]) throws -> Double {
            let before = try gates.map { try $0.degraded() }
            try server.kill()
            try wait(for: "every process to decide by itself", seconds: 60) {
                try zip(gates, before).allSatisfy { try $0.degraded() > $1 + 10 }
            }
            try server.restart()
            let start = ContinuousClock.now
            for gate in gates { try gate.waitForStore() }
            return start.duration(to: .now).seconds
        }

        @Test
        func `the processes remember how many they were when the store forgets it`() throws {
            let server = try RedisServer()
            let settings = [
                "store: \(server.url)", "policies:", "  - { name: default, requests: 40, per: 1h, by: address }",
            ]
            try (0..<4).map { _ in try QuotaGate(settings) }.play { gates in
                try gates.waitForCensus(server)
                try server.kill()
                try server.restart()
                for gate in gates { try gate.waitForStore() }
                // The first ones have announced themselves to an empty store, others have not.
                try wait(for: "a process to announce itself") {
                    try server.expect("ZCARD", "gh:processes").integer ?? 0 > 0
                }
                try server.kill()
                for gate in gates { try gate.waitForAbsence() }
                let admitted = try gates.map { try $0.ask(41).count { $0 == 200 } }
                #expect(admitted.reduce(0, +) <= 40, "\(admitted)")
            }
        }

        @Test
        func `in an outage all processes together allow one quota and what flows in`() throws {
            let server = try RedisServer()
            let settings = [
                "store: \(server.url)", "policies:", "  - { name: default, requests: 40, per: 10s, by: address }",
            ]
            try (0..<3).map { _ in try QuotaGate(settings) }.play { gates in
                try gates.waitForCensus(server)
                try server.kill()
                for gate in gates { try gate.waitForAbsence() }
                let load = QuotaLoad(ports: gates.map(\.port), clients: 6, pauseMilliseconds: 5)
                try wait(for: "a third of a second burst to be let through", seconds: 30) {
                    try gates.map { try $0.decisions("default", "allow") }.reduce(0, +) > 53
                }
                let tally = try load.stop()
                // 40 divided by 3 is 13 each, rounded down.
                #expect(tally.excess(burst: 39, rate: 3.9) <= 0, "\(tally.statuses)")
                #expect(tally.statuses.keys.sorted() == [200, 429] && tally.failures == [])
            }
        }
    }
}
