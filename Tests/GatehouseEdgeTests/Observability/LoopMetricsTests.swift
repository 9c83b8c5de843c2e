import GatehouseCore
import Testing

@testable import GatehouseEdge

@Suite struct LoopMetricsTests {
    @Test(
        arguments: [
            (0, 0), (5_000_000, 0), (5_000_001, 1), (10_000_000, 1), (25_000_000, 2), (50_000_000, 3), (75_000_000, 4),
            (75_000_001, 5), (100_000_000, 5), (100_000_001, 6), (250_000_000, 6), (500_000_000, 7), (750_000_000, 8),
            (1_000_000_000, 9), (2_500_000_000, 10), (5_000_000_000, 11), (7_500_000_000, 12), (10_000_000_000, 13),
            (10_000_000_001, 14), (UInt64.max, 14),
        ] as [(UInt64, Int)]
    )
    func `a duration falls into the bucket whose bound it does not exceed`(nanoseconds: UInt64, bucket: Int) {
        var histograms = DurationHistograms(count: 2)
        histograms.record(nanoseconds: nanoseconds, in: 1)
        let counts = histograms.cumulativeCounts(of: 1)
        #expect(counts == (0..<15).map { $0 >= bucket ? 1 : 0 })
        #expect(histograms.sum(of: 1) == nanoseconds)
        #expect(histograms.cumulativeCounts(of: 0).allSatisfy { $0 == 0 })
    }

    @Test func `the bounds that are compared are those that are printed`() throws {
        for (bucket, text) in DurationHistograms.boundTexts.enumerated() {
            let seconds = try #require(Double(text))
            var histograms = DurationHistograms(count: 1)
            histograms.record(nanoseconds: UInt64(seconds * 1e9), in: 0)
            histograms.record(nanoseconds: UInt64(seconds * 1e9) + 1, in: 0)
            let counts = histograms.cumulativeCounts(of: 0)
            #expect(counts[bucket] == 1)
            #expect(counts[bucket + 1] == 2)
        }
    }

    @Test func `a histogram that does not exist counts nothing`() {
        var histograms = DurationHistograms(count: 1)
        for place in [1, -1, Int.max, Int.min] {
            histograms.record(nanoseconds: 1, in: place)
        }
        #expect(histograms == DurationHistograms(count: 1))
    }

    @Test func `every refusal has the number of its place and a name of its own`() {
        for (place, refusal) in RefusalCatalogue.refusals.enumerated() {
            #expect(RefusalCatalogue.number(refusal) == place)
        }
        #expect(Set(RefusalCatalogue.reasons).count == RefusalCatalogue.refusals.count)
        for fault in UpstreamFault.allCases {
            #expect(
                RefusalCatalogue.number(.upstreamInvalid(fault)) == RefusalCatalogue.number(.upstreamRefused(fault))
            )
        }
    }

    @Test func `a request is counted by route, scheme, method and status`() throws {
        let metrics = LoopMetrics(routeCount: 2, upstreamCount: 2)
        metrics.requestBegan()
        metrics.record(RecordFixtures.forwarded(), head: RecordFixtures.head(), now: RecordFixtures.now)
        metrics.requestBegan()
        let odd = RecordFixtures.head(method: .track, spelled: "TRACK")
        metrics.record(RecordFixtures.refused(.routeUnknown, status: 404), head: odd, now: RecordFixtures.now)
        metrics.requestBegan()

        let snapshot = metrics.snapshot()
        let all = snapshot.requests.all
        #expect(all.map(\.row) == [1, 2])
        #expect(all.map(\.status) == [200, 404])
        #expect(all.map { RequestSeries.methods[$0.method] } == ["GET", "_OTHER"])
        #expect(all.allSatisfy { $0.isSecure })
        #expect(snapshot.requests.histograms.sum(of: all[0].histogram) == 12_345_678)
        #expect(snapshot[snapshot.layout.place(.requestsBegun)] == 3)
        #expect(snapshot[snapshot.layout.place(.requestsEnded)] == 2)
        #expect(snapshot[snapshot.layout.place(.bytesOut, row: 1)] == 1024)
        #expect(snapshot[snapshot.layout.place(refusal: RefusalCatalogue.number(.routeUnknown))] == 1)
    }

    @Test(
        arguments: [
            (.tokenMissing, "deny"), (.tokenRejected(.badSignature), "deny"), (.scopeMissing(route: 3), "deny"),
            (.claimMissing(route: 3), "deny"), (.credentialsRepeated, "deny"), (.keysUnavailable, "unavailable"),
        ] as [(Refusal, String)]
    )
    func `a refusal of the token stages is a decision with its reason`(refusal: Refusal, outcome: String) throws {
        let number = try #require(AuthDecision.number(RecordFixtures.refused(refusal)))
        #expect(AuthDecision.labels[number].outcome == outcome)
        #expect(AuthDecision.labels[number].reason == "\(refusal.reason)")
    }

    @Test func `a request that the app did not answer was allowed, one without a route was never decided`() throws {
        var failed = RecordFixtures.forwarded()
        failed.refusal = .upstreamRefused(.connectionRefused)
        #expect(AuthDecision.number(failed).map { AuthDecision.labels[$0].reason } == "public")
        failed.token = try TokenFixtures.verified(subject: #""alice""#)
        #expect(AuthDecision.number(failed).map { AuthDecision.labels[$0].reason } == "token")
        #expect(AuthDecision.number(RecordFixtures.refused(.routeUnknown)) == nil)
        var answered = AccessRecord()
        answered.decision = .answer
        #expect(AuthDecision.number(answered) == nil)
    }

    @Test func `an upstream is up or down as its last request ended, on whichever loop`() {
        let first = LoopMetrics(routeCount: 2, upstreamCount: 2)
        let second = LoopMetrics(routeCount: 2, upstreamCount: 2)
        first.record(RecordFixtures.forwarded(), head: nil, now: RecordFixtures.now)
        var failed = RecordFixtures.forwarded()
        failed.answeredAt = 0
        failed.refusal = .upstreamTimedOut(.responseTimeout)
        failed.status = 504
        var later = RecordFixtures.now
        later.monotonicNanoseconds += 1_000_000
        second.record(failed, head: nil, now: later)

        var merged = MetricsSnapshot(routeCount: 2, upstreamCount: 2)
        merged.merge(second.snapshot())
        merged.merge(first.snapshot())
        #expect(merged.upstreamStates[0] == .init(lastSeenAt: later.monotonicNanoseconds, isUp: false))
        #expect(merged.upstreamStates[1].lastSeenAt == 0)
        #expect(merged.upstreamRequests.cumulativeCounts(of: 0).last == 1)
        #expect(merged.upstreamRequests.sum(of: 0) == 10_000_999)
    }

    @Test func `loops that saw statuses in another order merge by status`() {
        let loops = [[200, 404, 500], [500, 200], [404, 404]].map { statuses in
            let metrics = LoopMetrics(routeCount: 2, upstreamCount: 2)
            for status in statuses {
                var record = RecordFixtures.forwarded()
                record.status = status
                metrics.record(record, head: RecordFixtures.head(), now: RecordFixtures.now)
            }
            return metrics.snapshot()
        }
        var merged = MetricsSnapshot(routeCount: 2, upstreamCount: 2)
        for loop in loops {
            merged.merge(loop)
        }
        var counts: [Int: UInt64] = [:]
        for series in merged.requests.all {
            counts[series.status] = merged.requests.histograms.cumulativeCounts(of: series.histogram).last
        }
        #expect(counts == [200: 2, 404: 3, 500: 2])
        #expect(merged[merged.layout.place(.bytesIn, row: 1)] == 49)
    }

    @Test func `an app that invents statuses makes a bounded number of series`() {
        let metrics = LoopMetrics(routeCount: 2, upstreamCount: 2)
        for status in -5..<1200 {
            var record = RecordFixtures.forwarded()
            record.status = status
            metrics.record(record, head: RecordFixtures.head(), now: RecordFixtures.now)
        }
        let snapshot = metrics.snapshot()
        #expect(snapshot.requests.all.count == RequestSeries.columns)
        let total = snapshot.requests.all.reduce(0) {
            $0 + (snapshot.requests.histograms.cumulativeCounts(of: $1.histogram).last ?? 0)
        }
        #expect(total == 1204)
    }

    @Test func `a request whose beginning nobody saw took no time`() {
        let metrics = LoopMetrics(routeCount: 2, upstreamCount: 2)
        var record = AccessRecord()
        record.status = 400
        metrics.record(record, head: nil, now: RecordFixtures.now)
        let requests = metrics.snapshot().requests
        #expect(requests.all.map { requests.histograms.sum(of: $0.histogram) } == [0])
        #expect(requests.all.map(\.isSecure) == [false])
    }

    @Test func `indices outside of the configuration count without a route or not at all`() {
        let metrics = LoopMetrics(routeCount: 2, upstreamCount: 2)
        for index in [-1, 2, Int.max, Int.min] {
            var record = RecordFixtures.forwarded()
            record.route = index
            record.upstream = index
            record.bytesIn = -1
            metrics.record(record, head: nil, now: RecordFixtures.now)
            metrics.crossOriginRejected(route: index)
            metrics.upstreamConnectionOpened(index)
            metrics.upstreamConnectionClosed(index)
            metrics.upstreamRetried(index)
        }
        let snapshot = metrics.snapshot()
        #expect(snapshot.requests.all.map(\.row) == [2])
        #expect(snapshot[snapshot.layout.place(.crossOriginRejections, row: 2)] == 4)
        #expect(snapshot[snapshot.layout.place(.bytesIn, row: 2)] == 0)
        #expect(snapshot.upstreamStates.allSatisfy { $0.lastSeenAt == 0 })
    }

    @Test func `every counter has a place of its own`() {
        let layout = CounterLayout(routeCount: 3, upstreamCount: 2, policyCount: 2)
        var places: [Int] = []
        for row in 0...3 {
            places += [.bytesIn, .bytesOut, .crossOriginRejections].map { layout.place($0, row: row) }
            places += (0..<AuthDecision.count).map { layout.place(decision: $0, row: row) }
        }
        for upstream in 0..<2 {
            places += [.connectionsOpened, .connectionsClosed, .retries].map { layout.place($0, upstream: upstream) }
            places += UpstreamFault.allCases.indices.map { layout.place(fault: $0, upstream: upstream) }
        }
        places += RefusalCatalogue.refusals.indices.map { layout.place(refusal: $0) }
        places += EndingLabels.all.indices.map { layout.place(ending: $0) }
        places += [
            layout.place(.requestsBegun), layout.place(.requestsEnded), layout.place(.connectionsAccepted),
            layout.place(.connectionsRefused), layout.place(.connectionsClosed), layout.place(.handshakeFailures),
            layout.place(.claimHeadersOmitted), layout.place(.loginsSucceeded), layout.place(.loginsFailed),
            layout.place(.loginsRefused),
        ]
        for policy in 0..<2 {
            places += CounterLayout.QuotaDecision.allCases.map { layout.place($0, policy: policy) }
        }
        #expect(places.sorted() == Array(0..<layout.size))
    }

    @Test func `a snapshot of another configuration adds nothing`() {
        var target = MetricsSnapshot(routeCount: 2, upstreamCount: 2)
        let other = LoopMetrics(routeCount: 3, upstreamCount: 2)
        other.requestBegan()
        target.merge(other.snapshot())
        #expect(target == MetricsSnapshot(routeCount: 2, upstreamCount: 2))
    }
}
