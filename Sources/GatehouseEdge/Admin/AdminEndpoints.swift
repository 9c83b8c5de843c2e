internal import NIOCore

/// The endpoints of the admin listener: what each path answers.
///
/// Confined to the admin loop. Nothing here waits for a loop that carries traffic, `/metrics` not longer than its
/// deadline.
final class AdminEndpoints {
    /// How long a loop may be silent before the process counts as stuck, in nanoseconds.
    static let silenceLimit: UInt64 = 10_000_000_000

    private let content: AdminContent
    private let collector: ScrapeCollector
    private let loop: any EventLoop
    private let clock: @Sendable () -> RecordTime

    init(
        _ content: AdminContent,
        loop: any EventLoop,
        scrapeDeadline: TimeAmount = .seconds(2),
        clock: @escaping @Sendable () -> RecordTime = RecordTime.now
    ) {
        self.content = content
        self.loop = loop
        self.clock = clock
        let empty = MetricsSnapshot(
            routeCount: content.names.routes.count,
            upstreamCount: content.names.upstreams.count,
            policyCount: content.names.policies.count
        )
        self.collector = ScrapeCollector(
            workers: content.workers,
            empty: empty,
            deadline: scrapeDeadline,
            loop: loop
        )
    }

    /// Asks no loop that carries traffic any more; returns whether none owes an answer.
    func close() -> Bool {
        self.collector.close()
    }

    /// Answers a request; HEAD is answered like GET, the content is left out by whoever writes it.
    func answer(method: String, target: String) -> EventLoopFuture<AdminAnswer> {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first.map(String.init) ?? ""
        guard AdminEndpoints.paths.contains(path) else {
            return self.now(AdminAnswer(404, "not found"))
        }
        guard method == "GET" || method == "HEAD" else {
            return self.now(AdminAnswer(405, "method not allowed", allow: "GET, HEAD"))
        }
        let query = parts.count > 1 ? parts[1].split(separator: "&") : []
        switch path {
        case "/livez": return self.now(self.livez())
        case "/readyz":
            return self.now(self.readyz(isVerbose: query.contains { $0 == "verbose" || $0.hasPrefix("verbose=") }))
        case "/startupz": return self.now(self.startupz())
        case "/metrics": return self.metrics()
        default: return self.now(AdminAnswer(200, AdminEndpoints.index))
        }
    }

    private static let paths: Set<String> = ["/", "/livez", "/readyz", "/startupz", "/metrics"]
    private static let index = """
        gatehouse
        /livez     whether the process works
        /readyz    whether it takes requests (?verbose)
        /startupz  whether it has started
        /metrics   Prometheus text format
        """

    private func livez() -> AdminAnswer {
        let stuck = self.stuckLoops()
        return stuck.isEmpty ? AdminAnswer(200, "ok") : AdminAnswer(503, stuck.joined(separator: "\n"))
    }

    private func readyz(isVerbose: Bool) -> AdminAnswer {
        let report = self.content.lifecycle.report
        let stuck = self.stuckLoops()
        let isReady = report.isReady && stuck.isEmpty
        var lines = [isReady ? "ready" : "not ready: \(AdminEndpoints.name(report.phase))"]
        for condition in report.conditions where isVerbose || !condition.isMet {
            lines.append("[\(condition.isMet ? "+" : "-")] \(condition.name)")
        }
        lines += stuck.map { "[-] \($0)" }
        return AdminAnswer(isReady ? 200 : 503, lines.joined(separator: "\n"))
    }

    private func startupz() -> AdminAnswer {
        let report = self.content.lifecycle.report
        guard report.phase == .starting else { return AdminAnswer(200, "started") }
        let missing = report.missing.map { "\n[-] \($0)" }.joined()
        return AdminAnswer(503, "starting" + missing)
    }

    private func metrics() -> EventLoopFuture<AdminAnswer> {
        let names = self.content.names
        let facts = self.content.facts
        return self.collector.collect().map { scrape in
            AdminAnswer(
                metrics: PrometheusText.render(
                    scrape.counts,
                    names: names,
                    facts: facts(),
                    process: ProcessFacts.read(),
                    missingLoops: scrape.missing
                )
            )
        }
    }

    private func stuckLoops() -> [String] {
        let now = self.clock()
        return self.content.workers.enumerated().compactMap { index, worker in
            let age = worker.heartbeat.age(now)
            guard age > AdminEndpoints.silenceLimit else { return nil }
            return "event loop \(index) has not run for \(age / 1_000_000_000) s"
        }
    }

    private func now(_ answer: AdminAnswer) -> EventLoopFuture<AdminAnswer> {
        self.loop.makeSucceededFuture(answer)
    }

    private static func name(_ phase: LifecycleState.Phase) -> String {
        switch phase {
        case .starting: "starting"
        case .ready: "running"
        case .draining: "draining"
        case .stopped: "stopped"
        }
    }
}
