import Glibc
import Testing
import TestSupport

/// The access log, metrics and health.
@Suite(.scene { try Scene { $0.tokens = ["leeway: 60s"] } })
struct RecordTests {
    @Test
    func `a forwarded request is recorded with everything the contract names`() throws {
        let scene = try Scene.running()
        let answer = try scene.sidecar.ask(
            "POST /closed/recorded?hush=1",
            [scene.authorization(), "Content-Length: 5", "User-Agent: probe \"1\""],
            body: "hello"
        )
        let record = try scene.sidecar.record(path: "/closed/recorded")
        #expect(record["request_id"]?.string == answer["X-Request-Id"])
        #expect(record["client_address"]?.string == "127.0.0.1")
        #expect(record["method"]?.string == "POST" && record["route"]?.string == "closed")
        #expect(record["protocol"]?.string == "HTTP/1.1" && record["status"]?.integer == 200)
        #expect(record["decision"]?.string == "forward" && record["reason"] == nil)
        #expect(record["subject"]?.string == "user-1" && record["issuer"]?.string == "test")
        #expect(record["upstream"]?.string == "app")
        #expect(record["bytes_in"]?.integer == 5 && record["bytes_out"]?.integer == answer.body.count)
        #expect(record["user_agent"]?.string == "probe \"1\"")
        #expect(record["duration_ms"]?.double != nil && record["upstream_ms"]?.double != nil)
        #expect(record["trace_id"]?.string?.utf8.count == 32)
        #expect(record["time"]?.string?.hasSuffix("Z") == true)
    }

    @Test(arguments: [
        ("GET /closed/refused-a", 401, "closed"), ("GET /nowhere/refused-b", 404, nil),
        ("TRACE /open/refused-c", 405, nil),
    ])
    func `every refusal is recorded with its reason`(_ request: String, _ status: Int, _ route: String?) throws {
        let scene = try Scene.running()
        let path = String(request.split(separator: " ").last ?? "")
        #expect(try scene.sidecar.ask(request).status == status)
        let record = try scene.sidecar.record(path: path)
        #expect(record["status"]?.integer == status && record["decision"]?.string == "refuse")
        #expect(record["reason"]?.string?.isEmpty == false && record["upstream"] == nil)
        if let route { #expect(record["route"]?.string == route) }
    }

    @Test
    func `a malformed request is recorded too`() throws {
        let scene = try Scene.running()
        let before = scene.sidecar.records.filter { $0["status"]?.integer == 400 }.count
        let client = try scene.sidecar.client()
        try client.send("GET /open/x HTTP/1.1\r\nHost : a\r\n\r\n")
        #expect(try client.answer().status == 400)
        _ = try scene.sidecar.record("a malformed request") { _ in
            scene.sidecar.records.filter { $0["status"]?.integer == 400 }.count > before
        }
    }

    @Test
    func `H-15: whatever a client sends, each line of the log is one JSON object`() throws {
        let scene = try Scene.running()
        let agents = [
            "a\"b\\c", "\u{80}\u{FF}", "a\tb", "{\"status\":1}", Wire.text([0xC3, 0xA9]),
            Wire.text([0xED, 0xA0, 0x80]),
        ]
        for (number, agent) in agents.enumerated() {
            #expect(try scene.sidecar.ask("GET /open/agent/\(number)%22", ["User-Agent: \(agent)"]).status == 200)
            _ = try scene.sidecar.record(path: "/open/agent/\(number)%22")
        }
        let lines = Scratch.text(at: scene.sidecar.scratch.file("access.jsonl")).split(separator: "\n")
        #expect(lines.allSatisfy { JSONValue(parsing: String($0))?["status"]?.integer != nil })
    }

    @Test
    func `each answer has a request id of its own`() throws {
        let scene = try Scene.running()
        var identifiers: Set<String> = []
        for target in ["/open/a", "/closed/a", "/nowhere", "/open/%zz"] {
            for _ in 0..<5 {
                let answer = try scene.sidecar.ask("GET \(target)")
                let identifier = try #require(answer["X-Request-Id"])
                #expect(answer.fields.values("X-Request-Id").count == 1)
                if answer.status != 200 { #expect(answer.json?["request_id"]?.string == identifier) }
                identifiers.insert(identifier)
            }
        }
        #expect(identifiers.count == 20)
    }

    @Test
    func `the admin listener answers livez, readyz, startupz and metrics, and nothing else`() throws {
        let scene = try Scene.running()
        for path in ["/livez", "/readyz", "/startupz", "/metrics"] {
            #expect(try scene.sidecar.admin(path).status == 200)
        }
        #expect(try scene.sidecar.admin("/open/x").status == 404)
        #expect(try scene.sidecar.admin("/closed/x").status == 404)
        for path in ["/livez", "/readyz", "/metrics"] { #expect(try scene.sidecar.ask("GET \(path)").status == 404) }
    }

    @Test(.tags(.slow))
    func `D-01: connections to the admin listener that stall are closed, and probes get through again`() throws {
        try Scene().play { scene in
            let stalled = try (0..<100).map { _ in try RawClient(port: scene.sidecar.adminPort) }
            for (number, client) in stalled.enumerated() {
                client.sendAsFarAsTaken(Wire.bytes(number % 2 == 0 ? "GET /livez HTTP/1.1\r\nHo" : ""))
            }
            try wait(for: "the stalled connections to be closed", seconds: 30) {
                stalled.allSatisfy { $0.ending(within: 0.001).0 != .stillOpen }
            }
            #expect(try scene.sidecar.admin("/livez").status == 200)
        }
    }

    @Test
    func `metrics count requests, decisions and upstream time, with labels of the configuration only`() throws {
        let scene = try Scene.running()
        for number in 0..<3 { _ = try scene.sidecar.ask("GET /open/counted-\(number)") }
        _ = try scene.sidecar.ask("GET /closed/counted")
        _ = try scene.sidecar.ask("BREW /open/counted")
        let names = [
            "http_server_request_duration_seconds_count", "http_server_request_duration_seconds_bucket",
            "gatehouse_auth_decisions_total", "gatehouse_upstream_request_duration_seconds_count",
        ]
        for name in names {
            try wait(for: "the metric \(name)", seconds: 5) { try scene.sidecar.metric(name) > 0 }
        }
        let text = try scene.sidecar.admin("/metrics").text
        #expect(text.contains("http_request_method=\"_OTHER\""))
        #expect(!text.contains("counted") && !text.contains("BREW"), "a label came from a request")
        #expect(
            text.split(separator: "\n").allSatisfy {
                $0.hasPrefix("#") || $0.split(separator: " ").count == 2 || $0.contains("{")
            }
        )
    }
}

/// A log that cannot be written never stops the traffic.
@Suite(.blocking)
struct FullDiskTests {
    @Test
    func `D-13: an access log on a full disk is dropped and counted, and requests are served`() throws {
        try Scene({ $0.accessLog = "/dev/full" }).play { scene in
            for _ in 0..<50 {
                let answer = try scene.sidecar.ask("GET /open/full")
                #expect(answer.status == 200)
            }
            try wait(for: "dropped records to be counted", seconds: 5) {
                let lines = try scene.sidecar.admin("/metrics").text.split(separator: "\n")
                return lines.contains {
                    $0.contains("access_log") && $0.contains("dropped") && !$0.hasPrefix("#") && !$0.hasSuffix(" 0")
                }
            }
            #expect(try scene.sidecar.admin("/readyz").status == 200)
        }
    }

    @Test(.enabled(if: getuid() == 0, "mounting a small file system needs root"))
    func `D-13: when the disk has room again the access log goes on by itself`() throws {
        let scratch = try Scratch("full")
        let mounted = try Command.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", scratch.path])
        guard mounted.status == 0 else { return }
        defer { _ = try? Command.run(["umount", "-l", scratch.path]) }
        try Scene({ $0.accessLog = scratch.file("access.jsonl") }).play { scene in
            try scene.fence()
            _ = try Command.run(["dd", "if=/dev/zero", "of=" + scratch.file("filler"), "bs=1k", "count=200"])
            for _ in 0..<20 {
                let answer = try scene.sidecar.ask("GET /open/full")
                #expect(answer.status == 200)
            }
            _ = try Command.run(["rm", scratch.file("filler")])
            try wait(for: "the log to go on", seconds: 10) {
                _ = try scene.sidecar.ask("GET /open/room-again")
                return Scratch.text(at: scratch.file("access.jsonl")).contains("/open/room-again")
            }
        }
    }

    @Test
    func `D-13: a log pipe that nobody reads never stops the traffic`() throws {
        let scratch = try Scratch("pipe")
        _ = try Command.output(["mkfifo", scratch.file("log")])
        // A reader that opens the pipe and never reads.
        let reader = try ChildProcess(["/bin/sh", "-c", "exec 3<'\(scratch.file("log"))'; exec sleep 60"])
        defer { reader.signal(SIGKILL) }
        try Scene({ $0.accessLog = scratch.file("log") }).play { scene in
            let client = try scene.sidecar.client()
            for _ in 0..<1000 {
                try client.send("GET /open/pipe HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try client.answer().status == 200)
            }
        }
    }
}
