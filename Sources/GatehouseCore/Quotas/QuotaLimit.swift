/// How much of something a subject may take: so many requests in a period, all of them at once if it likes.
///
/// The rule is GCRA: in any time T at most `requests` + T x `requests` / period are allowed. Immutable.
package struct QuotaLimit: Sendable, Equatable {
    /// The burst, and how many are allowed in a period on average; at least 1.
    package let requests: Int
    /// The period in nanoseconds; at least 1.
    package let period: Int64
    /// The nanoseconds after which one more is allowed, rounded up, so that rounding never lets more through.
    package let interval: Int64

    /// Makes a limit; values below 1 count as 1.
    package init(requests: Int, periodNanoseconds: Int64) {
        self.requests = max(1, requests)
        self.period = max(1, periodNanoseconds)
        let count = Int64(self.requests)
        self.interval = max(1, self.period / count + (self.period % count == 0 ? 0 : 1))
    }

    /// One of `parts` equal shares of the limit: what a process may allow by itself, at least 1 in the period.
    package func share(of parts: Int) -> QuotaLimit {
        QuotaLimit(requests: self.requests / max(1, parts), periodNanoseconds: self.period)
    }

    /// The period in whole seconds, at least 1, as `RateLimit-Policy` tells it.
    package var windowSeconds: Int64 {
        max(1, self.period / 1_000_000_000 + (self.period % 1_000_000_000 == 0 ? 0 : 1))
    }

    /// The time that a full burst stands for; the same as the period but for rounding.
    var tolerance: Int64 {
        let (product, overflow) = self.interval.multipliedReportingOverflow(by: Int64(self.requests))
        return overflow ? .max / 4 : product
    }
}

/// The generic cell rate algorithm on one stored number, the theoretical arrival time.
package enum CellRate {
    /// Takes `cost` (0 only looks, less than 0 gives back) from a subject's quota at a time.
    ///
    /// `arrival` is the stored theoretical arrival time in nanoseconds, any value for a subject that is new; it changes only if the
    /// request is allowed. A clock that steps back, or a limit that was lowered, is clamped: nobody waits longer than one full burst.
    package static func take(
        _ cost: Int64,
        from limit: QuotaLimit,
        arrival: inout Int64,
        now: Int64
    ) -> QuotaState {
        let tolerance = limit.tolerance
        let start = min(max(arrival, now), now &+ tolerance)
        guard cost >= 0 else {
            arrival = max(now, start &+ limit.interval &* cost)
            return QuotaState(isAllowed: true, left: tolerance &- (arrival &- now), limit: limit)
        }
        let next = start &+ limit.interval &* cost
        let isAllowed = cost == 0 ? start &+ limit.interval &- now <= tolerance : next &- now <= tolerance
        if isAllowed, cost > 0 { arrival = next }
        let used = (isAllowed ? next : start) &- now
        return QuotaState(isAllowed: isAllowed, left: tolerance &- used, limit: limit)
    }
}
