import GatehouseCrypto
import Testing

/// Durations must not tell where a wrong MAC is wrong.
@Suite(.serialized)
struct TimingTests {
    @Test func `T-55 comparing takes as long for a difference in the first byte as in the last`() {
        // At 64 KiB a comparison that stops at the first difference would be a thousand times faster for the first.
        let secret = Random.bytes(1 << 16)
        let early = secret.flippingBit(at: 0)
        let late = secret.flippingBit(at: secret.count - 1)
        let ratio = fastest { constantTimeEquals(secret, early) } / fastest { constantTimeEquals(secret, late) }
        #expect((0.5...2).contains(ratio))
    }

    @Test func `T-55 a MAC that is wrong in the first byte is refused as slowly as one wrong in the last`() throws {
        let key = try SigningKey.hmac(secret: Keys.secret(32))
        let mac = try key.sign(Keys.message, algorithm: .hs256)
        // Other work on the machine can only push the statistic up, so one quiet run of several is proof enough.
        var least = Double.infinity
        for _ in 0..<8 where least >= 4.5 {
            least = min(least, welch(100_000, mac) { key.verificationKey.accepts($0, over: Keys.message, .hs256) })
        }
        #expect(least < 4.5)
    }

    @Test func `the statistic of T-55 finds a comparison that stops at the first difference`() {
        let expected = Random.bytes(32)
        #expect(welch(10_000, expected) { $0.elementsEqual(expected) } > 4.5)
    }

    // The fastest of many rounds is the one that nothing disturbed.
    private func fastest(_ body: () -> Bool) -> Double {
        (0..<200).map { _ in nanoseconds(body) }.min() ?? 0
    }

    private func nanoseconds(_ body: () -> Bool) -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let result = body()
        let duration = start.duration(to: clock.now)
        precondition(!result, "every comparison here is of different bytes")
        return Double(duration.components.attoseconds) / 1e9 + Double(duration.components.seconds) * 1e9
    }

    // In a random order, because a drift of the machine's speed would otherwise fall on one side; and with one buffer
    // and one closure for both, because another address alone would be measurable.
    private func samples(of count: Int, _ correct: [UInt8], _ body: ([UInt8]) -> Bool) -> ([Double], [Double]) {
        var candidate = correct
        var durations: [[Double]] = [[], []]
        for _ in 0..<count {
            let side = Int.random(in: 0...1)
            let index = side * (candidate.count - 1)
            candidate[index] ^= 1
            durations[side].append(nanoseconds { body(candidate) })
            candidate[index] ^= 1
        }
        return (durations[0], durations[1])
    }

    // The t of Welch's test, without the slowest tenth of each side, which is interruptions.
    private func welch(_ count: Int, _ correct: [UInt8], _ body: ([UInt8]) -> Bool) -> Double {
        let (first, last) = samples(of: count, correct, body)
        let (one, two) = (moments(first), moments(last))
        let deviation = (one.variance / one.count + two.variance / two.count).squareRoot()
        return deviation > 0 ? abs(one.mean - two.mean) / deviation : 0
    }

    private func moments(_ all: [Double]) -> (mean: Double, variance: Double, count: Double) {
        let values = all.sorted().prefix(all.count * 9 / 10)
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        return (mean, variance, count)
    }
}
