package import GatehouseCore

/// The counters and histograms of one event loop.
///
/// Loop-confined: created and used on one loop, never shared; `snapshot()` makes the value that leaves the loop.
/// Counting is additions to arrays whose sizes the configuration fixed. Labels come from the configuration or from
/// closed sets, never from a request. The loop keeps the gauges right by pairing `requestBegan` with `record`, and
/// `connectionAccepted` with `connectionClosed`.
package final class LoopMetrics {
    private var counts: MetricsSnapshot

    /// Makes the metrics of a loop for so many routes, upstreams and quotas.
    package init(routeCount: Int, upstreamCount: Int, policyCount: Int = 0) {
        self.counts = MetricsSnapshot(
            routeCount: routeCount,
            upstreamCount: upstreamCount,
            policyCount: policyCount
        )
    }

    /// Counts a request whose first byte has arrived.
    package func requestBegan() {
        self.counts.count(.requestsBegun)
    }

    /// Counts a request whose body has ended, once for each `requestBegan`.
    ///
    /// `head` is nil if none could be read. A request without a status, because the client left before an answer, is
    /// counted by how it ended and in no histogram.
    package func record(_ record: borrowing AccessRecord, head: RequestHead?, now: RecordTime) {
        self.counts.record(record, method: head?.method, isSecure: head?.isSecure ?? false, now: now)
    }

    /// Counts a cross-origin request whose origin, method or header the configuration does not allow.
    package func crossOriginRejected(route: Int?) {
        self.counts.countCrossOriginRejection(route)
    }

    /// Counts a client's connection that was let in.
    package func connectionAccepted() {
        self.counts.count(.connectionsAccepted)
    }

    /// Counts a client's connection that was closed at once because there were too many.
    package func connectionRefused() {
        self.counts.count(.connectionsRefused)
    }

    /// Counts the end of a connection that was let in.
    package func connectionClosed() {
        self.counts.count(.connectionsClosed)
    }

    /// Counts a TLS handshake that failed.
    package func handshakeFailed() {
        self.counts.count(.handshakeFailures)
    }

    /// Counts a connection to an upstream that was established.
    package func upstreamConnectionOpened(_ upstream: Int) {
        self.counts.count(.connectionsOpened, upstream: upstream)
    }

    /// Counts the end of a connection that was established.
    package func upstreamConnectionClosed(_ upstream: Int) {
        self.counts.count(.connectionsClosed, upstream: upstream)
    }

    /// Counts a request that was sent again on another connection.
    package func upstreamRetried(_ upstream: Int) {
        self.counts.count(.retries, upstream: upstream)
    }

    /// Counts what each quota decided about a request; while the store is away also that it was decided without it.
    package func quotasTaken(_ taken: borrowing TakenQuotas, _ table: QuotaTable) {
        for place in 0..<taken.charges.count {
            self.counts.count(taken.charges[place], taken.outcome.source, taken.outcome[place], table)
        }
    }

    /// Counts an attempt to log in by how it ended: accepted, wrong credentials, or not looked at.
    package func loginEnded(_ reply: AccountsReply) {
        switch reply {
        case .answer: self.counts.count(.loginsSucceeded)
        case .failed: self.counts.count(.loginsFailed)
        case .refused: self.counts.count(.loginsRefused)
        }
    }

    /// What has been counted so far; copying costs the loop one copy of the tables at its next count.
    package func snapshot() -> MetricsSnapshot {
        self.counts
    }
}

extension MetricsSnapshot {
    mutating func count(_ counter: CounterLayout.SingleCounter) {
        self.add(at: self.layout.place(counter))
    }

    mutating func count(_ counter: CounterLayout.UpstreamCounter, upstream: Int) {
        guard self.upstreamStates.indices.contains(upstream) else { return }
        self.add(at: self.layout.place(counter, upstream: upstream))
    }

    mutating func count(
        _ charge: QuotaCharge,
        _ source: QuotaOutcome.Source,
        _ state: QuotaState,
        _ table: QuotaTable
    ) {
        guard charge.cost > 0, charge.policy < self.layout.policyCount else { return }
        let isAllowed: Bool
        switch source {
        case .store: isAllowed = state.isAllowed
        case .share, .allowedUnseen, .denied:
            self.add(at: self.layout.place(.degraded, policy: charge.policy))
            if case .denied = source { isAllowed = false } else { isAllowed = state.isAllowed }
        }
        let denial: CounterLayout.QuotaDecision = table.isEnforced(charge) ? .deny : .shadowDeny
        self.add(at: self.layout.place(isAllowed ? .allow : denial, policy: charge.policy))
    }

    mutating func countCrossOriginRejection(_ route: Int?) {
        self.add(at: self.layout.place(.crossOriginRejections, row: self.layout.row(route)))
    }

    mutating func record(_ record: borrowing AccessRecord, method: Method?, isSecure: Bool, now: RecordTime) {
        let layout = self.layout
        let row = layout.row(record.route)
        self.add(at: layout.place(.requestsEnded))
        self.add(UInt64(clamping: record.bytesIn), at: layout.place(.bytesIn, row: row))
        self.add(UInt64(clamping: record.bytesOut), at: layout.place(.bytesOut, row: row))
        if record.status != 0 {
            self.recordRequest(
                row: row,
                isSecure: isSecure,
                method: RequestSeries.place(of: method),
                status: record.status,
                nanoseconds: record.startedAt == 0 ? 0 : now.nanoseconds(since: record.startedAt)
            )
        }
        if let decision = AuthDecision.number(record) {
            self.add(at: layout.place(decision: decision, row: row))
        }
        if record.omittedClaimHeaders > 0 {
            self.add(UInt64(record.omittedClaimHeaders), at: layout.place(.claimHeadersOmitted))
        }
        if let ending = EndingLabels.number(record.ending) {
            self.add(at: layout.place(ending: ending))
        }
        if let upstream = record.upstream, self.upstreamStates.indices.contains(upstream),
            record.forwardedAt != 0, record.answeredAt >= record.forwardedAt
        {
            self.recordAnswer(of: upstream, nanoseconds: record.answeredAt &- record.forwardedAt, at: record.answeredAt)
        }
        if let refusal = record.refusal {
            self.recordRefusal(refusal, upstream: record.upstream, at: now.monotonicNanoseconds)
        }
    }

    private mutating func recordRefusal(_ refusal: Refusal, upstream: Int?, at time: UInt64) {
        self.add(at: self.layout.place(refusal: RefusalCatalogue.number(refusal)))
        guard let upstream, self.upstreamStates.indices.contains(upstream) else { return }
        switch refusal {
        case .upstreamRefused(let fault), .upstreamInvalid(let fault), .upstreamTimedOut(let fault):
            self.recordFault(RefusalCatalogue.upstreamFault(fault), of: upstream, at: time)
        default:
            break
        }
    }
}
