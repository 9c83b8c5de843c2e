import Testing
import TestSupport

/// Listeners: sockets from systemd, redirects, TLS.
@Suite(.blocking)
struct ListeningTests {
    @Test
    func `LISTEN_FDS: a socket on a configured address is used in place of binding`() throws {
        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        let socket = try Socket.listen(port: FreePort.next())
        let configuration = openConfiguration("http://127.0.0.1:\(upstream.port)")
        try withSidecar(configuration, wrapper: activated(count: 1), listening: [socket]) { sidecar in
            #expect(sidecar.port == socket.port)
            for _ in 0..<3 {
                let answer = try sidecar.ask("GET /handed-over")
                #expect(answer.status == 200)
            }
        }
        // Our own copy still listens: the kernel kept the port for the next process all along.
        #expect((try? Socket.connect(port: socket.port)) != nil)
    }

    @Test
    func `LISTEN_FDS: a socket on no configured address is exit 78`() throws {
        let socket = try Socket.listen(port: FreePort.next())
        let configuration = openConfiguration("http://127.0.0.1:9")
        let scratch = try Scratch()
        let ports = [try FreePort.next(), try FreePort.next()]
        let file = try scratch.write("proxy.conf", configuration.text(ports: ports, accessLog: "stdout"))
        let process = try ChildProcess(
            activated(count: 1) + [GatehouseBinary.path(), "serve", "--config", file],
            descriptors: [socket.descriptor]
        )
        #expect(try process.waitUntilExit() == .exited(78), "\(process.errors)")
    }

    @Test
    func `LISTEN_FDS of another process are ignored`() throws {
        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        let environment = ["LISTEN_FDS": "1", "LISTEN_PID": "1"]
        try withSidecar(openConfiguration("http://127.0.0.1:\(upstream.port)"), environment: environment) { sidecar in
            let answer = try sidecar.ask("GET /own-socket")
            #expect(answer.status == 200)
        }
    }

    @Test
    func `a redirect listener answers 308 to the same target, and 400 to a bad one`() throws {
        var configuration = openConfiguration("http://127.0.0.1:9")
        configuration.listeners = [.redirect(to: "https://api.example.com")]
        try withSidecar(configuration) { sidecar in
            for target in ["/", "/a/b?hush=1", "/%7Ea?hush=%2F"] {
                let answer = try sidecar.ask("GET \(target)")
                #expect(answer.status == 308)
                #expect(answer["Location"] == "https://api.example.com" + target)
                #expect(answer["X-Content-Type-Options"] == "nosniff" && answer["X-Request-Id"] != nil)
                #expect(answer["Strict-Transport-Security"] == nil && answer["Server"] == nil)
            }
            #expect(try sidecar.ask("POST /a", ["Content-Length: 2"], body: "ab").status == 308)
            for target in ["//evil.test/", "/a//b", "/a/../b", "/a\\b", "/%2f", "/%00", "/\u{E9}", "http://evil.test/"]
            {
                let answer = try sidecar.ask("GET \(target)")
                #expect(answer.status == 400 && answer["Location"] == nil, "\(target)")
            }
            #expect(try sidecar.ask("TRACE /a").status == 405)
        }
    }

    @Test
    func `H-06: a redirect consumes the body or closes`() throws {
        var configuration = openConfiguration("http://127.0.0.1:9")
        configuration.listeners = [.redirect(to: "https://api.example.com")]
        try withSidecar(configuration) { sidecar in
            let hidden = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let client = try sidecar.client()
            try client.send(
                "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(hidden.utf8.count)\r\n\r\n\(hidden)GET /b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            let answer = try client.answer()
            #expect(answer["Location"] == "https://api.example.com/a")
            if !answer.closes {
                let next = try client.answer()
                #expect(next["Location"] == "https://api.example.com/b")
            }
            #expect(client.ending().bytes.isEmpty)
        }
    }

    /// A shell that announces the sockets it was given under its own process id and then becomes its arguments.
    private func activated(count: Int) -> [String] {
        ["/bin/sh", "-c", #"export LISTEN_PID=$$ LISTEN_FDS="$0"; exec "$@""#, "\(count)"]
    }
}

/// `openssl s_client` against a TLS listener.
@Suite(
    .scene {
        try Scene { $0.listeners = [.plain, try TLSFiles.shared().listener] }
    }
)
struct SecureListenerTests {
    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `TLS 1.2 and 1.3 are served, with HSTS and the forwarded protocol`(_ version: String) throws {
        let text = try exchange("GET /open/tls HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", [version])
        #expect(text.hasPrefix("HTTP/1.1 200 "))
        #expect(text.lowercased().contains("strict-transport-security: max-age=31536000; includesubdomains\r\n"))
        #expect(text.contains(#"["X-Forwarded-Proto","https"]"#) || text.contains(#"["x-forwarded-proto","https"]"#))
    }

    @Test(arguments: ["-tls1", "-tls1_1"])
    func `older versions are refused`(_ version: String) throws {
        let scene = try Scene.running()
        let attempt = try Command.run(
            [
                "openssl", "s_client", "-connect", "127.0.0.1:\(scene.sidecar.ports[1])", version, "-cipher",
                "ALL:@SECLEVEL=0",
            ],
            seconds: 10
        )
        #expect(attempt.status != 0)
        #expect((attempt.errors + attempt.output).contains("alert protocol version"))
    }

    @Test(arguments: [
        "POST /open/MARK HTTP/1.1\r\nHOSTContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        "POST /open/MARK HTTP/1.1\r\nHOSTTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /open/MARK HTTP/1.1\r\nHOSTContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "GET /open/MARK HTTP/1.1\r\nHOSTX : y\r\n\r\n", "GET /open/MARK HTTP/1.1\nHost: localhost\n\n",
        "GET /open/MARK HTTP/1.1\r\nHOSTHOST\r\n", "GET http://localhost/open/MARK HTTP/1.1\r\nHOST\r\n",
    ])
    func `H-01, H-03, H-04, H-14, H-15, H-23, H-24: the framing rules hold over TLS`(_ text: String) throws {
        let scene = try Scene.running()
        let mark = "tls" + String(UInt64.random(in: .min ... .max), radix: 36)
        let row = WireRow("over TLS", text)
        let second = Wire.bytes("GET /open/second-\(mark) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let answer = try TLSFiles.shared().exchange(port: scene.sidecar.ports[1], row.bytes(mark: mark) + second)
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
        #expect(answer.contains("\"bad_request\"") && !answer.contains("HTTP/1.1 200"))
        #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
        try scene.fence()
        #expect(!scene.upstream.saw(mark))
    }

    @Test
    func `a session is resumed`() throws {
        let scene = try Scene.running()
        let scratch = try Scratch("session")
        let request = Wire.bytes("GET /open/r HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let options = ["-tls1_2", "-connect", "127.0.0.1:\(scene.sidecar.ports[1])", "-ign_eof"]
        let first = try Command.run(["openssl", "s_client", "-sess_out", scratch.file("s")] + options, input: request)
        #expect(first.output.contains("New, TLSv1.2"))
        let second = try Command.run(["openssl", "s_client", "-sess_in", scratch.file("s")] + options, input: request)
        #expect(second.output.contains("Reused, TLSv1.2"))
    }

    @Test
    func `ALPN settles on http/1.1, and a client that only speaks another protocol is not served as HTTP/1.1`() throws {
        let scene = try Scene.running()
        let options = ["openssl", "s_client", "-connect", "127.0.0.1:\(scene.sidecar.ports[1])", "-alpn"]
        #expect(try Command.run(options + ["h2,http/1.1"], seconds: 10).output.contains("ALPN protocol: http/1.1"))
        #expect(try !Command.run(options + ["h2"], seconds: 10).output.contains("ALPN protocol: h2"))
    }

    @Test
    func `early data is not accepted`() throws {
        let scene = try Scene.running()
        let scratch = try Scratch("early")
        let options = ["-tls1_3", "-connect", "127.0.0.1:\(scene.sidecar.ports[1])", "-ign_eof"]
        let request = Wire.bytes("GET /open/r HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let first = try Command.run(["openssl", "s_client", "-sess_out", scratch.file("s")] + options, input: request)
        #expect(first.output.contains("Max Early Data: 0") || !first.output.contains("Max Early Data"))
    }

    private func exchange(_ text: String, _ options: [String]) throws -> String {
        try TLSFiles.shared().exchange(port: Scene.running().sidecar.ports[1], Wire.bytes(text), options: options)
    }
}
