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
        self.upstreams(snapshot, names, &page)
        self.connections(snapshot, &page)
        self.gate(facts, missingLoops: missingLoops, &page)
        self.process(process, &page)
        return page.bytes
    }

    private static func requests(_ snapshot: MetricsSnapshot, _ names: RecordNames, _ page: inout MetricsPage) {
        page.family("http_server_request_duration_seconds", .histogram, "Time from a request's first byte to the end of its answer.")
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
        page.family("gatehouse_requests_cut_total", .counter, "Exchanges that did not end by themselves, by what ended them.")
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
        page.family("gatehouse_refusals_total", .counter, "Requests that the gate refused or could not serve, by reason.")
        for (number, reason) in RefusalCatalogue.reasons.enumerated() {
            let count = snapshot[snapshot.layout.place(refusal: number)]
            if count > 0 { page.sample([("reason", reason)], count) }
        }
        page.family("gatehouse_cors_rejections_total", .counter, "Cross-origin requests that the configuration does not allow.")
        self.perRoute(snapshot, .crossOriginRejections, names, &page)
    }

    private static func upstreams(_ snapshot: MetricsSnapshot, _ names: RecordNames, _ page: inout MetricsPage) {
        let layout = snapshot.layout
        let upstreams = Array(names.upstreams.prefix(layout.upstreamCount).enumerated())
        page.family("gatehouse_upstream_request_duration_seconds", .histogram, "Time from a request's head sent to the app to its answer's head.")
        for (index, name) in upstreams {
            page.histogram([("upstream", name)], snapshot.upstreamRequests, index)
        }
        page.family("gatehouse_upstream_up", .gauge, "Whether the upstream's last request was answered; absent before the first.")
        for (index, name) in upstreams where snapshot.upstreamStates[index].lastSeenAt != 0 {
            page.sample([("upstream", name)], snapshot.upstreamStates[index].isUp ? 1 : 0)
        }
        page.family("gatehouse_upstream_connections_open", .gauge, "Connections to the upstream that are open.")
        for (index, name) in upstreams {
            let opened = snapshot[layout.place(.connectionsOpened, upstream: index)]
            let closed = snapshot[layout.place(.connectionsClosed, upstream: index)]
            page.sample([("upstream", name)], opened > closed ? opened - closed : 0)
        }
        page.family("gatehouse_upstream_connections_opened_total", .counter, "Connections to the upstream that were established.")
        for (index, name) in upstreams {
            page.sample([("upstream", name)], snapshot[layout.place(.connectionsOpened, upstream: index)])
        }
        page.family("gatehouse_upstream_retries_total", .counter, "Requests sent again on another connection.")
        for (index, name) in upstreams {
            page.sample([("upstream", name)], snapshot[layout.place(.retries, upstream: index)])
        }
        page.family("gatehouse_upstream_failures_total", .counter, "Requests that the upstream did not answer, by reason.")
        for (index, name) in upstreams {
            for fault in UpstreamFault.allCases.indices {
                let count = snapshot[layout.place(fault: fault, upstream: index)]
                guard count > 0 else { continue }
                page.sample([("upstream", name), ("reason", RefusalCatalogue.upstreamReason(fault))], count)
            }
        }
    }

    private static func connections(_ snapshot: MetricsSnapshot, _ page: inout MetricsPage) {
        page.family("gatehouse_connections_accepted_total", .counter, "Clients' connections that were let in.")
        page.sample([], snapshot[snapshot.layout.place(.connectionsAccepted)])
        page.family("gatehouse_connections_refused_total", .counter, "Clients' connections over the limit.")
        page.sample([], snapshot[snapshot.layout.place(.connectionsRefused)])
        page.family("gatehouse_connections_active", .gauge, "Clients' connections that are open.")
        page.sample([], snapshot.difference(.connectionsAccepted, .connectionsClosed))
        page.family("gatehouse_tls_handshake_failures_total", .counter, "TLS handshakes that failed.")
        page.sample([], snapshot[snapshot.layout.place(.handshakeFailures)])
    }

    private static func gate(_ facts: GateFacts, missingLoops: Int, _ page: inout MetricsPage) {
        page.family("gatehouse_access_log_lines_total", .counter, "Access log lines written.")
        page.sample([], facts.accessLog.written)
        page.family("gatehouse_access_log_lines_dropped_total", .counter, "Access log lines dropped: queue full or file failing.")
        page.sample([], facts.accessLog.dropped)
        page.family("gatehouse_tls_certificate_not_after_timestamp_seconds", .gauge, "When a certificate ends.")
        for end in facts.certificateEnds {
            page.sample([("purpose", end.purpose)], end.notAfter)
        }
        page.family("gatehouse_config_last_reload_successful", .gauge, "Whether the configuration was last read without error.")
        page.sample([], facts.isConfigurationCurrent ? 1 : 0)
        page.family("gatehouse_config_last_reload_success_timestamp_seconds", .gauge, "When the configuration in use was read.")
        page.sample([], facts.configurationReadAt)
        page.family("gatehouse_scrape_loops_missing", .gauge, "Event loops that did not answer this scrape in time; their last counts are shown.")
        page.sample([], missingLoops)
        page.family("gatehouse_build_info", .gauge, "The version of the program.")
        page.sample([("version", facts.version)], 1)
    }

    private static func process(_ process: ProcessFacts, _ page: inout MetricsPage) {
        page.family("process_cpu_seconds_total", .counter, "User and system CPU time.")
        page.seconds([], nanoseconds: process.cpuMicroseconds &* 1000)
        page.family("process_resident_memory_bytes", .gauge, "Resident memory.")
        page.sample([], process.residentBytes)
        page.family("process_open_fds", .gauge, "Open file descriptors.")
        page.sample([], process.openDescriptors)
        page.family("process_max_fds", .gauge, "The most file descriptors that may be open.")
        page.sample([], process.maximumDescriptors)
        page.family("process_start_time_seconds", .gauge, "When the process started.")
        page.sample([], process.startedAt)
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

extension MetricsSnapshot {
    /// A gauge as the difference of two counters; zero where a copy was taken between the two.
    fileprivate func difference(_ begun: CounterLayout.SingleCounter, _ ended: CounterLayout.SingleCounter) -> UInt64 {
        let begun = self[self.layout.place(begun)]
        let ended = self[self.layout.place(ended)]
        return begun > ended ? begun - ended : 0
    }
}
