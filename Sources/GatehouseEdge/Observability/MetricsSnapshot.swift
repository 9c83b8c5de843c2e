/// Everything that one loop has counted, as a value: copied on the loop, merged and rendered elsewhere.
///
/// The sizes come from the configuration; an index outside of them counts nothing.
package struct MetricsSnapshot: Sendable, Equatable {
    let layout: CounterLayout
    private(set) var counters: [UInt64]
    private(set) var requests: RequestSeries
    private(set) var upstreamRequests: DurationHistograms
    private(set) var upstreamStates: [UpstreamState]
    /// How long calls of the quotas' store took.
    var quotaRoundTrips = DurationHistograms(count: 1)

    /// What is known of an upstream from the requests that went to it.
    struct UpstreamState: Sendable, Equatable {
        /// When the upstream last answered or failed, in monotonic nanoseconds; 0 for never.
        var lastSeenAt: UInt64 = 0
        /// Whether it answered then.
        var isUp = false
    }

    /// Makes zeros for so many routes, upstreams and quotas.
    package init(routeCount: Int, upstreamCount: Int, policyCount: Int = 0) {
        self.layout = CounterLayout(routeCount: routeCount, upstreamCount: upstreamCount, policyCount: policyCount)
        self.counters = Array(repeating: 0, count: self.layout.size)
        self.requests = RequestSeries(routeCount: routeCount)
        self.upstreamRequests = DurationHistograms(count: upstreamCount)
        self.upstreamStates = Array(repeating: UpstreamState(), count: upstreamCount)
    }

    /// Adds what another loop of the same configuration has counted; one of another shape adds nothing.
    package mutating func merge(_ other: MetricsSnapshot) {
        guard other.layout == self.layout else { return }
        for index in self.counters.indices {
            self.counters[index] &+= other.counters[index]
        }
        self.requests.merge(other.requests)
        self.quotaRoundTrips.merge(other.quotaRoundTrips, at: 0, into: 0)
        for index in self.upstreamStates.indices {
            self.upstreamRequests.merge(other.upstreamRequests, at: index, into: index)
            let state = other.upstreamStates[index]
            if state.lastSeenAt > self.upstreamStates[index].lastSeenAt { self.upstreamStates[index] = state }
        }
    }

    /// Adds to the counter at a place.
    @inline(__always)
    mutating func add(_ amount: UInt64 = 1, at place: Int) {
        self.counters[place] &+= amount
    }

    /// The counter at a place.
    subscript(place: Int) -> UInt64 {
        self.counters[place]
    }

    /// Counts a request in the histogram of its series.
    @inline(__always)
    mutating func recordRequest(row: Int, isSecure: Bool, method: Int, status: Int, nanoseconds: UInt64) {
        self.requests.record(
            row: row,
            isSecure: isSecure,
            method: method,
            status: status,
            nanoseconds: nanoseconds
        )
    }

    /// Counts an answer of an upstream that exists.
    @inline(__always)
    mutating func recordAnswer(of upstream: Int, nanoseconds: UInt64, at time: UInt64) {
        self.upstreamRequests.record(nanoseconds: nanoseconds, in: upstream)
        self.upstreamStates[upstream] = UpstreamState(lastSeenAt: time, isUp: true)
    }

    /// Counts a fault of an upstream that exists, by the fault's number.
    mutating func recordFault(_ fault: Int, of upstream: Int, at time: UInt64) {
        self.add(at: self.layout.place(fault: fault, upstream: upstream))
        self.upstreamStates[upstream] = UpstreamState(lastSeenAt: time, isUp: false)
    }
}
