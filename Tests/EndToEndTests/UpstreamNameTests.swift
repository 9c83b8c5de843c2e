import Testing
import TestSupport

/// Upstreams that are known by a name.
@Suite(.blocking)
struct UpstreamNameTests {
    @Test
    func `localhost reaches a server that listens on one of its addresses`() throws {
        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        try withSidecar(openConfiguration("http://localhost:\(upstream.port)")) { sidecar in
            try expectService(sidecar)
        }
    }

    @Test(arguments: [
        ["::1", "127.0.0.1"], ["127.0.0.2", "127.0.0.1"], ["127.0.0.1", "127.0.0.2", "::1"],
        ["::1", "127.0.0.2", "127.0.0.3", "127.0.0.1"],
    ])
    func `of several addresses the one that answers is used, and the others leave no connection behind`(
        _ addresses: [String]
    ) throws {
        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        let resolver = try FakeResolver(["app.test": addresses])
        let configuration = openConfiguration("http://app.test:\(upstream.port)")
        try withSidecar(configuration, environment: resolver.environment) { sidecar in
            try expectService(sidecar)
            #expect(upstream.connectionCount <= 2, "a connection of each worker is enough")
            #expect(try sidecar.metric("gatehouse_upstream_connections_open{") <= 2)
        }
    }

    @Test
    func `of several addresses one that does not answer at all holds up no request for long`() throws {
        // A listener whose queue is full answers no handshake, which looks like a host that is away.
        let port = try FreePort.next()
        let away = try Python.fullListener(address: "127.0.0.2", port: port)
        let upstream = try ScriptedUpstream(port: port, script: EchoUpstream.echo)
        defer { upstream.stop() }
        let resolver = try FakeResolver(["app.test": ["127.0.0.2", "127.0.0.1"]])
        var configuration = openConfiguration("http://app.test:\(port)")
        configuration.upstream = ["connect_timeout: 10s"]
        try withSidecar(configuration, environment: resolver.environment) { sidecar in
            let start = ContinuousClock.now
            try expectService(sidecar)
            #expect(start.duration(to: .now) < .seconds(8))
        }
        withExtendedLifetime(away) {}
    }

    @Test
    func `a name of which no address answers is 502 upstream_refused`() throws {
        let resolver = try FakeResolver(["app.test": ["::1", "127.0.0.2", "127.0.0.1"]])
        let configuration = openConfiguration("http://app.test:\(try FreePort.next())")
        try withSidecar(configuration, environment: resolver.environment) { sidecar in
            for _ in 0..<3 {
                let answer = try sidecar.ask("GET /a")
                #expect(answer.status == 502 && answer.code == "upstream_refused")
            }
        }
    }

    @Test
    func `a name with several addresses is reached over TLS, and its connection is used again`() throws {
        let files = try TLSFiles.shared()
        let nginx = try Nginx(root: Scratch("nginx"), tls: files)
        defer { nginx.stop() }
        try nginx.root.write("www/a.txt", "over tls", mode: 0o644)
        let resolver = try FakeResolver(["app.test": ["::1", "127.0.0.1"]])
        var configuration = openConfiguration("https://app.test:\(nginx.port)")
        configuration.upstream = ["tls: { ca: \(files.authority), server_name: localhost }"]
        try withSidecar(configuration, environment: resolver.environment) { sidecar in
            let client = try sidecar.client()
            for _ in 0..<5 {
                try client.send("GET /a.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try client.answer().text == "over tls")
            }
        }
    }

    @Test
    func `looking up a name takes no longer than connect_timeout: 504 upstream_timeout`() throws {
        let resolver = try FakeResolver(["lost.test": []])
        var configuration = openConfiguration("http://lost.test:80")
        configuration.upstream = ["connect_timeout: 500ms", "response_timeout: 60s"]
        try withSidecar(configuration, environment: resolver.environment) { sidecar in
            for number in 0..<3 {
                let start = ContinuousClock.now
                let answer = try sidecar.ask("GET /a")
                let elapsed = start.duration(to: .now)
                #expect(answer.status == 504 && answer.code == "upstream_timeout")
                // The first one waits its time; later ones may know already that the name service does not answer.
                #expect(elapsed < .seconds(6) && (number > 0 || elapsed > .milliseconds(450)), "\(elapsed)")
            }
            #expect(try sidecar.admin("/livez").status == 200)
        }
    }

    @Test
    func `a name that is looked up for ever holds up no other upstream`() throws {
        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        let resolver = try FakeResolver(["lost.test": []])
        var configuration = openConfiguration("http://lost.test:80")
        configuration.upstream = ["connect_timeout: 500ms", "response_timeout: 60s"]
        configuration.workers = 1
        configuration.secondTarget("http://127.0.0.1:\(upstream.port)")
        try withSidecar(configuration, environment: resolver.environment) { sidecar in
            #expect(try sidecar.ask("GET /second/before").status == 200)
            #expect(try sidecar.ask("GET /a").status == 504)
            // Each on a connection of its own, for one that is kept needs no look-up.
            let clients = try (0..<3).map { _ in try sidecar.client() }
            for (number, client) in clients.enumerated() {
                try client.send("GET /second/\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            }
            for client in clients { #expect(try client.answer().status == 200) }
        }
    }

    private func expectService(_ sidecar: Sidecar) throws {
        for number in 0..<6 {
            let answer = try sidecar.ask("GET /named/\(number)")
            #expect(answer.status == 200)
            #expect(try EchoUpstream.seen(answer).target == "/named/\(number)")
        }
    }
}

extension ProxyConfiguration {
    /// Adds an upstream named `second`, in front of which `/second/**` stands.
    fileprivate mutating func secondTarget(_ target: String) {
        // Lines of the upstream are indented by the writer, which a list entry of its own has to undo.
        upstream.append("retries: 1\n  - name: second\n    targets: [\"\(target)\"]\n    connect_timeout: 500ms")
        routes = [
            "{ name: second, path: /second/**, access: public, upstream: second }",
            "{ name: open, path: /**, access: public, upstream: app }",
        ]
    }
}

/// Listeners that the tests' own sockets cannot make.
private enum Python {
    /// Listens on an address and fills the queue, so that further connections get no answer; nothing is ever accepted.
    static func fullListener(address: String, port: Int) throws -> ChildProcess {
        let script = """
            import socket, sys, signal
            listener = socket.socket()
            listener.bind((sys.argv[1], int(sys.argv[2])))
            listener.listen(0)
            queued = []
            for _ in range(100):
                connection = socket.socket()
                connection.settimeout(0.3)
                try:
                    connection.connect((sys.argv[1], int(sys.argv[2])))
                except OSError:
                    print("full", flush=True)
                    signal.pause()
                queued.append(connection)
            """
        let process = try ChildProcess(["python3", "-c", script, address, "\(port)"])
        try wait(for: "the queue to be full", seconds: 60) {
            guard process.status == nil else { throw SupportFailure("python3 ended: \(process.errors)") }
            return process.output.contains("full")
        }
        return process
    }
}
