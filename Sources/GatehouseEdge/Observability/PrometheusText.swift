internal import GatehouseCore

/// The exposition of metrics in Prometheus' text format 0.0.4.
///
/// Every family has HELP and TYPE, and base units; labels hold configured names and closed sets only.
package enum PrometheusText {
    /// The content type of the format.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Renders the merged counts of all loops with the facts about the gate and the process.
    package static func render(_ snapshot: MetricsSnapshot, names: RecordNames, facts: GateFacts) -> [UInt8] {
        self.render(snapshot, names: names, facts: facts, process: ProcessFacts.read(), missingLoops: 0)
    }

    static func render(
        _ snapshot: MetricsSnapshot,
        names: RecordNames,
        facts: GateFacts,
        process: ProcessFacts,
        missingLoops: Int
    ) -> [UInt8] {
        var page = MetricsPage()
        self.requests(snapshot, names, &page)
        self.decisions(snapshot, names, &page)
        self.quotas(snapshot, names, &page)
        self.upstreams(snapshot, names, &page)
        self.connections(snapshot, &page)
        self.services(snapshot, facts, &page)
        self.gate(facts, missingLoops: missingLoops, &page)
        self.process(process, &page)
        return page.bytes
    }

    private static func requests(_ snapshot: MetricsSnapshot, _ names: RecordNames, _ page: inout MetricsPage) {
        page.family(
            "http_server_request_duration_seconds",
            .histogram,
            "Time from a request's first byte to the end of its answer."
        )
        for series in snapshot.requests.all {
            page.histogram(
                [
                    ("http_request_method", RequestSeries.methods[series.method]),
                    ("http_response_status_code", series.status == 0 ? "_OTHER" : "\(series.status)"),
                    ("http_route", self.name(names.routes, series.row)),
                    ("url_scheme", series.isSecure ? "https" : "http"),
                ],
                snapshot.requests.histograms,
                series.histogram
            )
        }
        page.family("http_server_active_requests", .gauge, "Requests whose answer has not ended.")
        page.sample([], snapshot.difference(.requestsBegun, .requestsEnded))
        page.family("gatehouse_request_body_bytes_total", .counter, "Bytes of request bodies received.")
        self.perRoute(snapshot, .bytesIn, names, &page)
        page.family("gatehouse_response_body_bytes_total", .counter, "Bytes of answers' bodies sent.")
        self.perRoute(snapshot, .bytesOut, names, &page)
        page.family(
            "gatehouse_requests_cut_total",
            .counter,
            "Exchanges that did not end by themselves, by what ended them."
        )
        for (index, ending) in EndingLabels.all.enumerated() {
            page.sample([("reason", ending.rawValue)], snapshot[snapshot.layout.place(ending: index)])
        }
    }

    private static func decisions(_ snapshot: MetricsSnapshot, _ names: RecordNames, _ page: inout MetricsPage) {
        page.family("gatehouse_auth_decisions_total", .counter, "Decisions of the token stages.")
        for row in 0...snapshot.layout.routeCount {
            for (number, label) in AuthDecision.labels.enumerated() {
                let count = snapshot[snapshot.layout.place(decision: number, row: row)]
                guard count > 0 else { continue }
                let route = self.name(names.routes, row)
                page.sample([("route", route), ("outcome", label.outcome), ("reason", label.reason)], count)
            }
        }
        page.family(
            "gatehouse_claim_headers_omitted_total",
            .counter,
            "Claim headers left out because the claim fits in none, once a verified token."
        )
        page.sample([], snapshot[snapshot.layout.place(.claimHeadersOmitted)])
        page.family(
            "gatehouse_refusals_total",
            .counter,
            "Requests that the gate refused or could not serve, by reason."
        )
        for (number, reason) in RefusalCatalogue.reasons.enumerated() {
            let count = snapshot[snapshot.layout.place(refusal: number)]
            if count > 0 { page.sample([("reason", reason)], count) }
        }
        page.family(
            "gatehouse_cors_rejections_total",
            .counter,
            "Cross-origin requests that the configuration does not allow."
        )
        self.perRoute(snapshot, .crossOriginRejections, names, &page)
    }

    private static func upstreams(_ snapshot: MetricsSnapshot, _ names: RecordNames, _ page: inout MetricsPage) {
        let layout = snapshot.layout
        let upstreams = Array(names.upstreams.prefix(layout.upstreamCount).enumerated())
        page.family(
            "gatehouse_upstream_request_duration_seconds",
            .histogram,
            "Time from a request's head sent to the app to its answer's head."
        )
        for (index, name) in upstreams {
            page.histogram([("upstream", name)], snapshot.upstreamRequests, index)
        }
        page.family(
            "gatehouse_upstream_up",
            .gauge,
            "Whether the upstream's last request was answered; absent before the first."
        )
        for (index, name) in upstreams where snapshot.upstreamStates[index].lastSeenAt != 0 {
            page.sample([("upstream", name)], snapshot.upstreamStates[index].isUp ? 1 : 0)
        }
        page.family("gatehouse_upstream_connections_open", .gauge, "Connections to the upstream that are open.")
        for (index, name) in upstreams {
            let opened = snapshot[layout.place(.connectionsOpened, upstream: index)]
            let closed = snapshot[layout.place(.connectionsClosed, upstream: index)]
            page.sample([("upstream", name)], opened > closed ? opened - closed : 0)
        }
        page.family(
            "gatehouse_upstream_connections_opened_total",
            .counter,
            "Connections to the upstream that were established."
        )
        for (index, name) in upstreams {
            page.sample([("upstream", name)], snapshot[layout.place(.connectionsOpened, upstream: index)])
        }
        page.family("gatehouse_upstream_retries_total", .counter, "Requests sent again on another connection.")
        for (index, name) in upstreams {
            page.sample([("upstream", name)], snapshot[layout.place(.retries, upstream: index)])
        }
        page.family(
            "gatehouse_upstream_failures_total",
            .counter,
            "Requests that the upstream did not answer, by reason."
        )
        for (index, name) in upstreams {
            for fault in UpstreamFault.allCases.indices {
                let count = snapshot[layout.place(fault: fault, upstream: index)]
                guard count > 0 else { continue }
                page.sample([("upstream", name), ("reason", RefusalCatalogue.upstreamReason(fault))], count)
            }
        }
    }

    private static func perRoute(
        _ snapshot: MetricsSnapshot,
        _ counter: CounterLayout.RouteCounter,
        _ names: RecordNames,
        _ page: inout MetricsPage
    ) {
        for row in 0...snapshot.layout.routeCount {
            let route = self.name(names.routes, row)
            page.sample([("route", route)], snapshot[snapshot.layout.place(counter, row: row)])
        }
    }

    /// A route's name; empty for the row of requests that matched none.
    private static func name(_ names: [String], _ index: Int) -> String {
        guard names.indices.contains(index) else { return "" }
        return names[index]
    }
}
