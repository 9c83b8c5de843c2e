internal import GatehouseCore

/// Where each counter stands in the flat array of a loop: rows of routes, then rows of upstreams, then single counters.
///
/// One array, so that counting a request touches one allocation. Every index that the layout gives is inside of the
/// array; what the configuration does not have is counted in the row for requests without a route, or has no place.
struct CounterLayout: Sendable, Equatable {
    /// How many routes have a row; the row behind them is for requests that matched none.
    let routeCount: Int
    /// How many upstreams have a row.
    let upstreamCount: Int
    /// How many quotas have a row.
    let policyCount: Int

    private let decisionCount = AuthDecision.count
    private let faultCount = UpstreamFault.allCases.count
    private let refusalCount = RefusalCatalogue.refusals.count
    private let routeStride: Int
    private let upstreamStride: Int
    private let upstreamBase: Int
    private let refusalBase: Int
    private let endingBase: Int
    private let policyBase: Int
    private let singleBase: Int

    /// Lays the counters out for so many routes, upstreams and quotas.
    init(routeCount: Int, upstreamCount: Int, policyCount: Int = 0) {
        self.policyCount = policyCount
        self.routeCount = routeCount
        self.upstreamCount = upstreamCount
        self.routeStride = RouteCounter.count + self.decisionCount
        self.upstreamStride = UpstreamCounter.count + self.faultCount
        self.upstreamBase = (routeCount + 1) * self.routeStride
        self.refusalBase = self.upstreamBase + upstreamCount * self.upstreamStride
        self.endingBase = self.refusalBase + self.refusalCount
        self.policyBase = self.endingBase + EndingLabels.all.count
        self.singleBase = self.policyBase + policyCount * QuotaDecision.allCases.count
    }

    /// How many counters there are.
    var size: Int {
        self.singleBase + SingleCounter.count
    }

    /// The row of a route.
    @inline(__always)
    func row(_ route: Int?) -> Int {
        guard let route, route >= 0, route < self.routeCount else { return self.routeCount }
        return route
    }

    /// The place of a counter in the row of a route.
    @inline(__always)
    func place(_ counter: RouteCounter, row: Int) -> Int {
        row &* self.routeStride &+ Int(counter.rawValue)
    }

    /// The place of a decision, by its number, in the row of a route.
    @inline(__always)
    func place(decision: Int, row: Int) -> Int {
        row &* self.routeStride &+ RouteCounter.count &+ decision
    }

    /// The place of an upstream's counter; the upstream must exist.
    @inline(__always)
    func place(_ counter: UpstreamCounter, upstream: Int) -> Int {
        self.upstreamBase &+ upstream &* self.upstreamStride &+ Int(counter.rawValue)
    }

    /// The place of an upstream's fault, by its number; the upstream must exist.
    func place(fault: Int, upstream: Int) -> Int {
        self.upstreamBase &+ upstream &* self.upstreamStride &+ UpstreamCounter.count &+ fault
    }

    /// The place of a refusal by its number.
    func place(refusal: Int) -> Int {
        self.refusalBase &+ refusal
    }

    /// The place of an ending by its number.
    func place(ending: Int) -> Int {
        self.endingBase &+ ending
    }

    /// The place of what a quota decided; the quota must exist.
    @inline(__always)
    func place(_ decision: QuotaDecision, policy: Int) -> Int {
        self.policyBase &+ policy &* QuotaDecision.allCases.count &+ Int(decision.rawValue)
    }

    /// The place of a single counter.
    @inline(__always)
    func place(_ counter: SingleCounter) -> Int {
        self.singleBase &+ Int(counter.rawValue)
    }

    /// What is counted for each route, decisions apart.
    enum RouteCounter: UInt8 {
        case bytesIn, bytesOut, crossOriginRejections

        /// How many there are.
        static var count: Int { 3 }
    }

    /// What is counted for each upstream, faults apart.
    enum UpstreamCounter: UInt8 {
        case connectionsOpened, connectionsClosed, retries

        /// How many there are.
        static var count: Int { 3 }
    }

    /// What is counted once.
    enum SingleCounter: UInt8 {
        case requestsBegun, requestsEnded
        case connectionsAccepted, connectionsRefused, connectionsClosed, handshakeFailures
        case claimHeadersOmitted
        case loginsSucceeded, loginsFailed, loginsRefused

        /// How many there are.
        static var count: Int { 10 }
    }

    /// What a quota can decide about a request.
    enum QuotaDecision: UInt8, CaseIterable {
        case allow, deny, shadowDeny, degraded

        /// The label in metrics.
        var label: String {
            switch self {
            case .allow: "allow"
            case .deny: "deny"
            case .shadowDeny: "shadow_deny"
            case .degraded: "degraded"
            }
        }
    }
}
