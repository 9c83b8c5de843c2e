import Testing

@testable import GatehouseCore

@Suite struct CellRateTests {
    private let second: Int64 = 1_000_000_000

    @Test func `a burst of all requests is allowed, then one for each interval`() {
        let limit = QuotaLimit(requests: 5, periodNanoseconds: 10 * self.second)
        var arrival = Int64.min
        let now = 1000 * self.second
        for left in [4, 3, 2, 1, 0] {
            let state = CellRate.take(1, from: limit, arrival: &arrival, now: now)
            #expect(state.isAllowed)
            #expect(state.remaining == left)
            #expect(state.seconds == 2)
        }
        let refused = CellRate.take(1, from: limit, arrival: &arrival, now: now)
        #expect(refused == QuotaState(isAllowed: false, remaining: 0, seconds: 2))
        #expect(!CellRate.take(1, from: limit, arrival: &arrival, now: now + 2 * self.second - 1).isAllowed)
        #expect(CellRate.take(1, from: limit, arrival: &arrival, now: now + 2 * self.second).isAllowed)
        #expect(!CellRate.take(1, from: limit, arrival: &arrival, now: now + 2 * self.second).isAllowed)
    }

    @Test func `no sequence lets more through than the burst and the rate`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let requests = Int.random(in: 1...50, using: &random)
            let period = Int64.random(in: 1_000_000...60_000_000_000, using: &random)
            let limit = QuotaLimit(requests: requests, periodNanoseconds: period)
            var arrival = Int64.min
            var now: Int64 = 5
            var times: [Int64] = []
            for _ in 0..<300 {
                now += Int64.random(in: 0...(period / Int64(requests)), using: &random)
                if CellRate.take(1, from: limit, arrival: &arrival, now: now).isAllowed { times.append(now) }
            }
            for start in times.indices {
                for end in start..<times.count {
                    let elapsed = Double(times[end] - times[start])
                    let bound = Double(requests) + elapsed * Double(requests) / Double(period)
                    #expect(Double(end - start + 1) <= bound + 1e-6)
                }
            }
        }
    }

    @Test func `a look takes nothing and tells whether one more would pass`() {
        let limit = QuotaLimit(requests: 1, periodNanoseconds: 60 * self.second)
        var arrival = Int64.min
        #expect(CellRate.take(0, from: limit, arrival: &arrival, now: 1).isAllowed)
        #expect(CellRate.take(0, from: limit, arrival: &arrival, now: 1).isAllowed)
        #expect(CellRate.take(1, from: limit, arrival: &arrival, now: 1).isAllowed)
        let look = CellRate.take(0, from: limit, arrival: &arrival, now: 1)
        #expect(!look.isAllowed)
        #expect(look.seconds == 60)
    }

    @Test func `what is given back can be taken again, and never more than was taken`() {
        let limit = QuotaLimit(requests: 2, periodNanoseconds: 60 * self.second)
        var arrival = Int64.min
        for _ in 0..<3 { #expect(CellRate.take(-1, from: limit, arrival: &arrival, now: 1).remaining == 2) }
        for _ in 0..<2 { #expect(CellRate.take(1, from: limit, arrival: &arrival, now: 1).isAllowed) }
        #expect(!CellRate.take(1, from: limit, arrival: &arrival, now: 1).isAllowed)
        #expect(CellRate.take(-1, from: limit, arrival: &arrival, now: 1).remaining == 1)
        #expect(CellRate.take(1, from: limit, arrival: &arrival, now: 1).isAllowed)
        #expect(!CellRate.take(1, from: limit, arrival: &arrival, now: 1).isAllowed)
    }

    @Test func `Q-08 a clock that steps back makes nobody wait longer than one full burst`() {
        let limit = QuotaLimit(requests: 4, periodNanoseconds: 4 * self.second)
        var arrival = Int64.min
        let late = 10_000 * self.second
        for _ in 0..<4 { _ = CellRate.take(1, from: limit, arrival: &arrival, now: late) }
        let early = late - 3600 * self.second
        let refused = CellRate.take(1, from: limit, arrival: &arrival, now: early)
        #expect(!refused.isAllowed)
        #expect(refused.seconds <= 4)
        // The stored time is still ahead by an hour, but counts as one full burst: after one interval one more is allowed.
        #expect(CellRate.take(1, from: limit, arrival: &arrival, now: late + 4 * self.second).isAllowed)
    }

    @Test(
        arguments: [
            (1, 1, 1), (3, 1_000_000_000, 1), (100, 60_000_000_000, 60), (1_000_000_000, 10_000_000, 1),
            (7, 60_000_000_001, 61),
        ] as [(Int, Int64, Int64)]
    )
    func `limits of every size are told and never overflow`(requests: Int, period: Int64, window: Int64) {
        let limit = QuotaLimit(requests: requests, periodNanoseconds: period)
        #expect(limit.windowSeconds == window)
        var arrival = Int64.max
        for now in [0, 1, Int64.max / 2] as [Int64] {
            _ = CellRate.take(1, from: limit, arrival: &arrival, now: now)
        }
        #expect(limit.interval >= 1)
    }

    @Test func `a share is never less than one and never more than its part`() {
        let limit = QuotaLimit(requests: 10, periodNanoseconds: 1000)
        #expect(limit.share(of: 3).requests == 3)
        #expect(limit.share(of: 40).requests == 1)
        #expect(limit.share(of: 0).requests == 10)
    }
}
