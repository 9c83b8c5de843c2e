import Foundation
import GatehouseCore
import Testing

@testable import GatehouseEdge

@Suite struct PrometheusTextTests {
    @Test func `counts appear under their names and labels`() {
        let lines = Self.lines(Self.page())
        let expected = [
            #"http_server_request_duration_seconds_bucket{http_request_method="GET",http_response_status_code="200",http_route="api",url_scheme="https",le="0.01"} 0"#,
            #"http_server_request_duration_seconds_bucket{http_request_method="GET",http_response_status_code="200",http_route="api",url_scheme="https",le="0.025"} 1"#,
            #"http_server_request_duration_seconds_bucket{http_request_method="GET",http_response_status_code="200",http_route="api",url_scheme="https",le="+Inf"} 1"#,
            #"http_server_request_duration_seconds_sum{http_request_method="GET",http_response_status_code="200",http_route="api",url_scheme="https"} 0.012345678"#,
            #"http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="200",http_route="api",url_scheme="https"} 1"#,
            "http_server_active_requests 1",
            #"gatehouse_auth_decisions_total{route="api",outcome="allow",reason="public"} 1"#,
            #"gatehouse_auth_decisions_total{route="",outcome="deny",reason="\#(Refusal.tokenMissing.reason)"} 1"#,
            #"gatehouse_refusals_total{reason="\#(Refusal.tokenMissing.reason)"} 1"#,
            "gatehouse_claim_headers_omitted_total 2",
            #"gatehouse_requests_cut_total{reason="client_closed"} 0"#,
            #"gatehouse_cors_rejections_total{route="health"} 1"#,
            #"gatehouse_request_body_bytes_total{route="api"} 7"#,
            #"gatehouse_response_body_bytes_total{route="api"} 1024"#,
            #"gatehouse_upstream_request_duration_seconds_count{upstream="app"} 1"#,
            #"gatehouse_upstream_up{upstream="app"} 1"#,
            #"gatehouse_upstream_connections_open{upstream="app"} 1"#,
            #"gatehouse_upstream_connections_opened_total{upstream="app"} 2"#,
            #"gatehouse_upstream_retries_total{upstream="app"} 1"#,
            "gatehouse_connections_accepted_total 2",
            "gatehouse_connections_refused_total 1",
            "gatehouse_connections_active 1",
            "gatehouse_tls_handshake_failures_total 1",
            "gatehouse_access_log_lines_total 12",
            "gatehouse_access_log_lines_dropped_total 34",
            #"gatehouse_tls_certificate_not_after_timestamp_seconds{purpose="listener \"a\\b\""} 1900000000"#,
            "gatehouse_config_last_reload_successful 1",
            "gatehouse_config_last_reload_success_timestamp_seconds 1700000000",
            "gatehouse_scrape_loops_missing 0",
            #"gatehouse_build_info{version="1.2.3"} 1"#,
        ]
        for line in expected {
            #expect(lines.contains(line))
        }
        #expect(!lines.contains { $0.hasPrefix("gatehouse_upstream_up{upstream=\"other\"}") })
    }

    @Test func `every family has its help and type once and before its samples`() throws {
        var declared: Set<String> = []
        var kinds: [String: String] = [:]
        for line in Self.lines(Self.page()) {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP ") {
                #expect(declared.insert(words[2]).inserted)
                #expect(words.count == 4)
            } else if line.hasPrefix("# TYPE ") {
                kinds[words[2]] = words[3]
            } else {
                let name = String(line.prefix { $0 != "{" && $0 != " " })
                let family =
                    ["_bucket", "_sum", "_count"].lazy.filter { name.hasSuffix($0) }
                    .map { String(name.dropLast($0.count)) }.first { kinds[$0] == "histogram" } ?? name
                let kind = try #require(kinds[family])
                #expect(declared.contains(family))
                #expect((kind == "counter") == name.hasSuffix("_total"))
            }
        }
    }

    @Test func `the process is described by what the kernel says`() {
        let facts = ProcessFacts.read()
        #expect(facts.cpuMicroseconds > 0)
        #expect(facts.residentBytes > 1024 * 1024)
        #expect(facts.openDescriptors >= 3)
        #expect(facts.maximumDescriptors >= facts.openDescriptors)
        let now = UInt64(Date().timeIntervalSince1970)
        #expect(facts.startedAt <= now + 1 && facts.startedAt > now - 86_400)
    }

    @Test(.enabled(if: Promtool.path != nil, "promtool is not installed (Debian package prometheus)"))
    func `promtool finds nothing to complain about`() throws {
        let path = try #require(Promtool.path)
        let (status, complaints) = try Promtool.check(Self.page(), path)
        #expect(status == 0)
        #expect(complaints == "")
        let (bad, _) = try Promtool.check(Array("# TYPE a_total gauge\na_total 1\n".utf8), path)
        #expect(bad != 0)
    }

    private static func page() -> [UInt8] {
        let metrics = LoopMetrics(routeCount: 2, upstreamCount: 2)
        for _ in 0..<3 {
            metrics.requestBegan()
        }
        var forwarded = RecordFixtures.forwarded()
        forwarded.omittedClaimHeaders = 2
        metrics.record(forwarded, head: RecordFixtures.head(), now: RecordFixtures.now)
        metrics.record(RecordFixtures.refused(.tokenMissing), head: nil, now: RecordFixtures.now)
        metrics.crossOriginRejected(route: 0)
        metrics.connectionAccepted()
        metrics.connectionAccepted()
        metrics.connectionClosed()
        metrics.connectionRefused()
        metrics.handshakeFailed()
        metrics.upstreamConnectionOpened(0)
        metrics.upstreamConnectionOpened(0)
        metrics.upstreamConnectionClosed(0)
        metrics.upstreamRetried(0)
        var facts = GateFacts(version: "1.2.3", configurationReadAt: 1_700_000_000)
        facts.certificateEnds = [GateFacts.CertificateEnd(purpose: #"listener "a\b""#, notAfter: 1_900_000_000)]
        facts.accessLog = AccessLogWriter.Figures(written: 12, dropped: 34)
        return PrometheusText.render(metrics.snapshot(), names: RecordFixtures.names, facts: facts)
    }

    private static func lines(_ page: [UInt8]) -> [String] {
        String(decoding: page, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// Prometheus' own checker.
enum Promtool {
    /// Where it is, or nil.
    static let path = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// The exit status for a page and what was said about it.
    static func check(_ page: [UInt8], _ path: String) throws -> (Int32, String) {
        let folder = try LogFolder()
        try Data(page).write(to: URL(fileURLWithPath: folder.file("page")))
        try Data().write(to: URL(fileURLWithPath: folder.file("said")))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["check", "metrics"]
        process.standardInput = FileHandle(forReadingAtPath: folder.file("page"))
        let said = FileHandle(forWritingAtPath: folder.file("said"))
        process.standardOutput = said
        process.standardError = said
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: LogLines.content(folder.file("said")), as: UTF8.self))
    }
}
