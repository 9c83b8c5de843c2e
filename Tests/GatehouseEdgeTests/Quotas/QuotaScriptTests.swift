import GatehouseCore
import TestSupport
import Testing

@testable import GatehouseEdge

/// The script that runs inside of Redis, with a clock that tests set.
@Suite(.mayBlock)
struct QuotaScriptTests {
    @Test
    func `the server knows the script by the digest that we call it by`() throws {
        let server = try RedisServer()
        #expect(try server.expect("SCRIPT", "LOAD", QuotaScript.text).text == QuotaScript.digest)
    }

    @Test
    func `the script and the counts in memory answer alike`() throws {
        let bench = try ScriptBench()
        var random = SystemRandomNumberGenerator()
        for run in 0..<20 {
            let limit = QuotaLimit(
                requests: Int.random(in: 1...40, using: &random),
                periodNanoseconds: Int64.random(in: 1_000_000...3_600_000_000_000, using: &random)
            )
            var arrival = Int64.min
            var now: Int64 = 1_800_000_000_000_000
            for step in 0..<60 {
                let cost = Int64([0, 1, 1, 1, 2, 3, -1].randomElement(using: &random) ?? 1)
                let wanted = CellRate.take(cost, from: limit, arrival: &arrival, now: now * 1000)
                let state = try bench.take(cost, from: limit, key: "run-\(run)", microseconds: now)
                #expect(state == wanted, "run \(run), step \(step): \(limit) at \(now)")
                let span = limit.period / Int64(limit.requests) / 1000
                now += [0, 1, span / 3, span, span * 3 / 2, span * 7].randomElement(using: &random) ?? 0
            }
        }
    }

    @Test
    func `never more than the burst and what flows in since`() throws {
        let bench = try ScriptBench()
        let limit = QuotaLimit(requests: 7, periodNanoseconds: 1_000_000_000)
        let start: Int64 = 1_800_000_000_000_000
        var allowed = 0
        for step in 0..<200 {
            let elapsed = Int64(step) * 37_003
            if try bench.take(1, from: limit, key: "a", microseconds: start + elapsed).isAllowed { allowed += 1 }
            #expect(Double(allowed) <= 7 + 7 * Double(elapsed) / 1_000_000)
        }
        #expect(allowed >= 50)
    }

    @Test
    func `Q-08 a clock that steps back makes nobody wait for it, and grants nothing`() throws {
        let bench = try ScriptBench()
        let limit = QuotaLimit(requests: 10, periodNanoseconds: 10_000_000_000)
        let now: Int64 = 1_800_000_000_000_000
        for _ in 0..<10 { #expect(try bench.take(1, from: limit, key: "a", microseconds: now).isAllowed) }
        let earlier = now - 3_600_000_000
        let refused = try bench.take(1, from: limit, key: "a", microseconds: earlier)
        #expect(!refused.isAllowed && refused.seconds == 1)
        // One second later there is room for one, although the old time is an hour ahead.
        #expect(try bench.take(1, from: limit, key: "a", microseconds: earlier + 1_000_000).isAllowed)
        #expect(try !bench.take(1, from: limit, key: "a", microseconds: earlier + 1_000_000).isAllowed)
    }

    @Test
    func `Q-08 a clock that steps ahead grants at most one more burst, also when it steps back again`() throws {
        let bench = try ScriptBench()
        let limit = QuotaLimit(requests: 10, periodNanoseconds: 10_000_000_000)
        let now: Int64 = 1_800_000_000_000_000
        var allowed = 0
        for moment in [now, now + 3_600_000_000, now, now + 1000] {
            for _ in 0..<15 where try bench.take(1, from: limit, key: "a", microseconds: moment).isAllowed {
                allowed += 1
            }
        }
        #expect(allowed == 20)
    }

    @Test(arguments: ["1900000000000000 0", "1800000000000000 99999999999999", "17 -5", "nonsense", ""])
    func `Q-08 whatever is stored, nobody waits longer than one full burst`(stored: String) throws {
        let bench = try ScriptBench()
        let limit = QuotaLimit(requests: 10, periodNanoseconds: 10_000_000_000)
        let now: Int64 = 1_800_000_000_000_000
        try bench.server.expect("SET", "a", stored)
        _ = try bench.take(1, from: limit, key: "a", microseconds: now)
        let later = try bench.take(1, from: limit, key: "a", microseconds: now + 10_000_000)
        #expect(later.isAllowed && later.remaining >= 8)
    }
}

/// A server that runs the script with a time of the test's choice, and keeps what it stores.
private struct ScriptBench {
    let server: RedisServer
    private let text: String

    init() throws {
        self.server = try RedisServer()
        let clock = "redis.call('TIME')"
        let end = "'PX',math.ceil(used/1000000)+1"
        try #require(QuotaScript.text.contains(clock) && QuotaScript.text.contains(end))
        self.text = QuotaScript.text.replacing(clock, with: "cjson.decode(ARGV[#ARGV])")
            .replacing(end, with: "'PX',86400000")
    }

    func take(_ cost: Int64, from limit: QuotaLimit, key: String, microseconds: Int64) throws -> QuotaState {
        let time = "[\(microseconds / 1_000_000),\(microseconds % 1_000_000)]"
        let burst = limit.interval * Int64(limit.requests)
        let answer = try self.server.expect(
            "EVAL",
            self.text,
            "1",
            key,
            "\(limit.interval)",
            "\(burst)",
            "\(cost)",
            time
        )
        let words = try #require(answer.text)
        let left = try #require(Int64(words.dropFirst().dropLast()))
        return QuotaState(isAllowed: words.hasPrefix("1"), left: left, limit: limit)
    }
}
