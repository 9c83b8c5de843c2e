/// What does not belong to single requests: connections, the gate itself, the process.
extension PrometheusText {
    static func quotas(_ snapshot: MetricsSnapshot, _ names: RecordNames, _ page: inout MetricsPage) {
        page.family(
            "gatehouse_ratelimit_decisions_total",
            .counter,
            "What quotas decided; `degraded` counts those made without the store once more."
        )
        for (policy, name) in names.policies.prefix(snapshot.layout.policyCount).enumerated() {
            for decision in CounterLayout.QuotaDecision.allCases {
                let count = snapshot[snapshot.layout.place(decision, policy: policy)]
                page.sample([("policy", name), ("outcome", decision.label)], count)
            }
        }
    }

    static func connections(_ snapshot: MetricsSnapshot, _ page: inout MetricsPage) {
        page.family("gatehouse_connections_accepted_total", .counter, "Clients' connections that were let in.")
        page.sample([], snapshot[snapshot.layout.place(.connectionsAccepted)])
        page.family("gatehouse_connections_refused_total", .counter, "Clients' connections over the limit.")
        page.sample([], snapshot[snapshot.layout.place(.connectionsRefused)])
        page.family("gatehouse_connections_active", .gauge, "Clients' connections that are open.")
        page.sample([], snapshot.difference(.connectionsAccepted, .connectionsClosed))
        page.family("gatehouse_tls_handshake_failures_total", .counter, "TLS handshakes that failed.")
        page.sample([], snapshot[snapshot.layout.place(.handshakeFailures)])
    }

    static func gate(_ facts: GateFacts, missingLoops: Int, _ page: inout MetricsPage) {
        page.family("gatehouse_access_log_lines_total", .counter, "Access log lines written.")
        page.sample([], facts.accessLog.written)
        page.family(
            "gatehouse_access_log_lines_dropped_total",
            .counter,
            "Access log lines dropped: queue full or file failing."
        )
        page.sample([], facts.accessLog.dropped)
        page.family("gatehouse_tls_certificate_not_after_timestamp_seconds", .gauge, "When a certificate ends.")
        for end in facts.certificateEnds {
            page.sample([("purpose", end.purpose)], end.notAfter)
        }
        page.family(
            "gatehouse_config_last_reload_successful",
            .gauge,
            "Whether the configuration was last read without error."
        )
        page.sample([], facts.isConfigurationCurrent ? 1 : 0)
        page.family(
            "gatehouse_config_last_reload_success_timestamp_seconds",
            .gauge,
            "When the configuration in use was read."
        )
        page.sample([], facts.configurationReadAt)
        page.family(
            "gatehouse_scrape_loops_missing",
            .gauge,
            "Event loops that did not answer this scrape in time; their last counts are shown."
        )
        page.sample([], missingLoops)
        page.family("gatehouse_build_info", .gauge, "The version of the program.")
        page.sample([("version", facts.version)], 1)
    }

    static func process(_ process: ProcessFacts, _ page: inout MetricsPage) {
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
}

extension MetricsSnapshot {
    /// A gauge as the difference of two counters; zero where a copy was taken between the two.
    func difference(_ begun: CounterLayout.SingleCounter, _ ended: CounterLayout.SingleCounter) -> UInt64 {
        let begun = self[self.layout.place(begun)]
        let ended = self[self.layout.place(ended)]
        return begun > ended ? begun - ended : 0
    }
}
