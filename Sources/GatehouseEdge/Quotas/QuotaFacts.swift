/// What one loop's quota store tells the metrics; a copy.
struct QuotaFacts: Sendable {
    /// Whether the store answers.
    var isUp = false
    /// How many outcomes were decided without the store, because it was away or late.
    var degraded: UInt64 = 0
    /// How many outcomes the store was too late for.
    var timeouts: UInt64 = 0
    /// How long calls took from the request to the answer, late ones included.
    var roundTrips = DurationHistograms(count: 1)
}
