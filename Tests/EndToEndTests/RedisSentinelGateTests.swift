import Testing
import TestSupport

extension RedisGroupTests {
    /// The gate follows the Sentinels to whichever server is the master.
    @Suite(.blocking)
    struct Sentinels {
        private static let requests = 300

        private static func settings(_ url: String) -> [String] {
            [
                "store: \(url)", "timeout: 1s", "policies:",
                "  - { name: default, requests: \(requests), per: 1h, by: address }",
            ]
        }

        @Test
        func `B-30: a failover costs a moment without the store, and the counts go on`() throws {
            var options = RedisSentinelGroup.Options()
            // On a busy disk a Sentinel stands still for seconds; nobody shall take it or a server for dead meanwhile, or give up.
            options.downAfterMilliseconds = 20_000
            options.failoverTimeoutMilliseconds = 30_000
            let group = try RedisSentinelGroup(options)
            try QuotaGate(Self.settings(group.url)).play { gate in
                try gate.waitForStore()
                let statuses = try gate.ask(Self.requests + 1)
                #expect(statuses.count { $0 == 200 } == Self.requests && statuses.last == 429)
                let old = try group.master()
                let load = QuotaLoad(ports: [gate.port], clients: 2, pauseMilliseconds: 5)
                let watch = StoreWatch(gate)
                let new = try group.failover()
                #expect(new !== old)
                let seconds = try gate.waitForStore()
                let before = try gate.degraded()
                // From here on the new master counts, which has all that the old one had.
                #expect(try gate.ask(5) == [429, 429, 429, 429, 429])
                let tally = try load.stop()
                let away = try watch.stop()
                #expect(seconds < 10, "the new master was used after \(seconds) s")
                #expect(away < 10, "the store was away for \(away) s")
                QuotaFigures.note(
                    "sentinels, failover: \(QuotaFigures.text(away)) without the store, \(before) requests decided in it, "
                        + "\(tally.admissions.count) allowed; used again \(QuotaFigures.text(seconds)) after the failover"
                )
                // Those that were decided without the store took this process's share, which is a whole burst.
                #expect(tally.admissions.count <= min(before, Self.requests), "\(tally.statuses)")
                #expect(tally.failures == [] && tally.statuses.keys.allSatisfy { [200, 429].contains($0) })
                #expect(before < tally.count, "nothing was in the store again")
                try wait(for: "the process to announce itself at the new master") {
                    try new.expect("ZCARD", "gh:processes").integer == 1
                }
            }
        }

        @Test
        func `B-30: a killed master is replaced, and all processes together stay within the bound`() throws {
            let group = try RedisSentinelGroup()
            try (0..<2).map { _ in try QuotaGate(Self.settings(group.url)) }.play { gates in
                try gates.waitForCensus(group.master())
                let load = QuotaLoad(ports: gates.map(\.port), clients: 4, pauseMilliseconds: 5)
                try wait(for: "some requests to be let through") { load.count > 200 }
                let watch = StoreWatch(gates[0])
                let old = try group.killMaster()
                try group.waitForMaster(otherThan: old)
                let elected = ContinuousClock.now
                for gate in gates { try gate.waitForStore() }
                let seconds = elected.duration(to: .now).seconds
                #expect(seconds < 10, "the new master was used after \(seconds) s")
                let away = try watch.stop()
                let before = try gates.map { try $0.degraded() }
                #expect(before.allSatisfy { $0 > 0 })
                let count = load.count
                try wait(for: "more requests") { load.count > count + 100 }
                let tally = try load.stop()
                // What the store grants, what the processes grant by themselves, and what the replica had not got yet.
                let rate = 2 * Double(Self.requests) / 3600
                #expect(tally.excess(burst: Double(3 * Self.requests), rate: rate) <= 0, "\(tally.statuses)")
                #expect(tally.failures == [] && tally.statuses.keys.allSatisfy { [200, 429].contains($0) })
                QuotaFigures.note(
                    "sentinels, master killed: \(QuotaFigures.text(away)) without the store, of which "
                        + "\(QuotaFigures.text(seconds)) after the election; \(before.reduce(0, +)) requests decided in it, "
                        + "\(tally.admissions.count) of at most \(3 * Self.requests) allowed"
                )
                try old.restart()
                try wait(for: "the old master to follow", seconds: 60) { old.isReplica }
                #expect(try gates.allSatisfy { try $0.isStoreUp() })
            }
        }

        @Test
        func `Sentinels and servers with passwords of their own are used`() throws {
            var options = RedisSentinelGroup.Options()
            options.server.password = "password-of-the-servers"
            options.sentinelPassword = "password-of-the-sentinels"
            let group = try RedisSentinelGroup(options)
            let scratch = try Scratch("sentinel-passwords")
            try scratch.write("servers", "password-of-the-servers\n")
            try scratch.write("sentinels", "password-of-the-sentinels\n")
            LogHygiene.forbid("password-of-the-servers")
            LogHygiene.forbid("password-of-the-sentinels")
            let passwords = [
                "store_password_file: \(scratch.file("servers"))",
                "sentinel_password_file: \(scratch.file("sentinels"))",
            ]
            try QuotaGate(Self.settings(group.url) + passwords).play { gate in
                try gate.waitForStore()
                #expect(try gate.ask(2) == [200, 200])
                #expect(try gate.degraded() == 0)
            }
        }
    }
}
