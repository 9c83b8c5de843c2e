import GatehouseCore
import NIOCore
import NIOEmbedded

@testable import GatehouseEdge

/// A loop with one route that is open to all and one upstream, and what it has written down.
final class EdgeWorld {
    let loop: LoopContext
    let pipeline: RequestPipeline
    let limits: EdgeLimits

    init(
        upstream: any Upstream,
        requestBody: Int = 1_000_000,
        limits: EdgeLimits = EdgeLimits(),
        timings: UpstreamTimings = UpstreamTimings(),
        quotas: (any QuotaStore)? = nil,
        accounts: (any AccountsPort)? = nil,
        on eventLoop: any EventLoop = EmbeddedEventLoop()
    ) throws {
        let table = EdgeWorld.table
        let decorations = Decorations(securityHeaders: .off, crossOrigin: nil)
        let routes = [
            Route(
                index: 0,
                name: "open",
                pattern: try PathPattern("/open/**"),
                access: .open,
                destination: .upstream(0),
                quotas: quotas == nil ? [] : [0],
                decorations: decorations
            ),
            Route(
                index: 1,
                name: "closed",
                pattern: try PathPattern("/closed"),
                access: .authenticated,
                destination: .upstream(0),
                decorations: decorations
            ),
        ]
        let verifier = TokenVerifier(issuers: [], leewaySeconds: 0, claimHeaders: [], generation: 1)
        self.pipeline = RequestPipeline(
            limits: AdmissionLimits(requestBody: requestBody),
            routes: RouteTable(
                routes,
                own: AccountsEndpoint.routes(from: 2, login: nil, others: nil, decorations: decorations)
            ),
            crossOrigin: nil,
            authenticator: Authenticator(verifier: verifier),
            hygiene: Hygiene(claimHeaders: [], forwardsToken: false),
            quotas: table,
            defaultDecorations: decorations
        )
        self.limits = limits
        self.loop = LoopContext(
            limits: limits,
            correlation: Correlation(trustedProxies: .empty),
            tokens: VerifiedTokenCache(maximumBytes: 100_000),
            records: LoopRecords(
                metrics: LoopMetrics(routeCount: 2, upstreamCount: 1),
                log: nil,
                names: RecordNames(routes: ["open", "closed"], upstreams: ["app"], issuers: [])
            ),
            quotas: quotas ?? QuotaShared(QuotaStoreConfiguration(table: table)).makeStore(),
            accounts: accounts.map { AccountsDesk(port: $0, eventLoop: eventLoop) },
            upstreams: [upstream],
            timings: [timings]
        )
    }

    /// One quota by address that has room for two.
    static let table = QuotaTable(
        policies: [
            QuotaPolicy(
                name: "default",
                subject: .address,
                limits: [QuotaLimit(requests: 2, periodNanoseconds: 60_000_000_000)]
            )
        ],
        failures: nil
    )

    /// How many requests have begun and how many records were closed.
    var records: (begun: UInt64, ended: UInt64) {
        let snapshot = self.loop.records.metrics.snapshot()
        return (snapshot[snapshot.layout.place(.requestsBegun)], snapshot[snapshot.layout.place(.requestsEnded)])
    }

    /// How many requests were sent again.
    var retries: UInt64 {
        let snapshot = self.loop.records.metrics.snapshot()
        return snapshot[snapshot.layout.place(.retries, upstream: 0)]
    }

    /// Whether nothing is under way and every record was closed once.
    var isQuiet: Bool {
        self.loop.activity.exchanges == 0 && self.records.begun == self.records.ended
    }
}

extension RequestHead {
    /// The head that a text spells; an empty one if it is refused.
    static func parsed(_ text: String) -> RequestHead {
        let head = RequestHead()
        var parser = RequestHeadParser(limits: ParsedRequest.limits)
        let bytes = wire(text)
        _ = unsafe parser.parse(bytes.span.bytes, into: head)
        return head
    }
}

extension ResponseHead {
    /// The head that a text spells.
    static func parsed(_ text: String, method: GatehouseCore.Method = .get) -> ResponseHead {
        let head = ResponseHead()
        var parser = ResponseHeadParser()
        let bytes = wire(text)
        _ = unsafe parser.parse(bytes.span.bytes, method: method, into: head)
        return head
    }
}
