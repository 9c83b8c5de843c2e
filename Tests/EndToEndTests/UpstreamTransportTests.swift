import Testing
import TestSupport

/// Where an upstream may be: TCP, a Unix socket, TLS.
@Suite(.blocking)
struct UpstreamTransportTests {
    @Test
    func `an upstream on a Unix socket is served, and its pool reuses connections`() throws {
        let scratch = try Scratch("unix")
        let upstream = try ScriptedUpstream(path: scratch.file("app.sock"), script: EchoUpstream.echo)
        defer { upstream.stop() }
        try withSidecar(openConfiguration("unix:" + scratch.file("app.sock"))) { sidecar in
            let client = try sidecar.client()
            for number in 0..<20 {
                try client.send("GET /unix/\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try EchoUpstream.seen(client.answer()).target == "/unix/\(number)")
            }
            #expect(upstream.connectionCount <= 2)
        }
    }

    @Test
    func `an upstream on TLS is served when its authority and name are right`() throws {
        let files = try TLSFiles.shared()
        let nginx = try Nginx(root: Scratch("nginx"), tls: files)
        defer { nginx.stop() }
        try nginx.root.write("www/a.txt", "over tls", mode: 0o644)
        var configuration = openConfiguration("https://127.0.0.1:\(nginx.port)")
        configuration.upstream = ["tls: { ca: \(files.authority), server_name: localhost }"]
        try withSidecar(configuration) { sidecar in
            for _ in 0..<3 {
                let answer = try sidecar.ask("GET /a.txt")
                #expect(answer.text == "over tls")
            }
        }
    }

    @Test(arguments: ["other name", "other authority", "system's roots"])
    func `S-07: an upstream whose certificate does not fit is 502 upstream_refused, never plain`(_ kind: String) throws
    {
        let files = try TLSFiles(names: "DNS:localhost")
        let nginx = try Nginx(root: Scratch("nginx"), tls: files)
        defer { nginx.stop() }
        var configuration = openConfiguration("https://127.0.0.1:\(nginx.port)")
        let other = try TLSFiles()
        switch kind {
        case "other name": configuration.upstream = ["tls: { ca: \(files.authority), server_name: app.internal }"]
        case "other authority": configuration.upstream = ["tls: { ca: \(other.authority), server_name: localhost }"]
        default: break
        }
        try withSidecar(configuration) { sidecar in
            let answer = try sidecar.ask("GET /a.txt")
            #expect(answer.status == 502 && answer.code == "upstream_refused")
        }
    }

    @Test
    func `parallel requests share a pool whose size is that of the load`() throws {
        try Scene().play { scene in
            let clients = try (0..<10).map { _ in try scene.sidecar.client() }
            for round in 0..<10 {
                for client in clients { try client.send("GET /open/\(round) HTTP/1.1\r\nHost: localhost\r\n\r\n") }
                for client in clients { #expect(try client.answer().status == 200) }
            }
            #expect(
                scene.upstream.connectionCount <= 20,
                "100 requests used \(scene.upstream.connectionCount) connections"
            )
        }
    }

    @Test
    func `an idle upstream connection is closed after its idle timeout`() throws {
        try Scene({ $0.upstream = ["idle_timeout: 300ms"] }).play { scene in
            try scene.fence()
            #expect(scene.upstream.openCount == 1)
            try wait(for: "the idle connection to be closed") { scene.upstream.openCount == 0 }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokEXTRA",
        "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "NONSENSE\r\n\r\n",
    ])
    func `an answer that ends its upstream connection is not held back`(_ bytes: String) throws {
        let scene = try Scene(script: { conversation in
            while try conversation.request() != nil { try conversation.send(bytes) }
        })
        try scene.play { scene in
            var times: [Duration] = []
            for _ in 0..<24 {
                let start = ContinuousClock.now
                _ = try scene.sidecar.ask("GET /open/ends")
                times.append(start.duration(to: .now))
            }
            // What waits for a timer waits for a tenth of a second and more; three quarters must be far below.
            #expect(times.sorted()[17] < .milliseconds(90), "\(times.sorted()[17])")
        }
    }

    @Test
    func `H-46: a TLS connection that ends without close_notify is no end of an answer, one with it is`() throws {
        let files = try TLSFiles.shared()
        let port = try FreePort.next()
        let application = try ChildProcess([
            "python3", "-c", Self.endingApplication, "\(port)", files.certificate, files.key,
        ])
        try wait(for: "the application to listen") {
            guard application.status == nil else { throw SupportFailure("python3 ended: \(application.errors)") }
            return (try? Socket.connect(port: port)) != nil
        }
        var configuration = openConfiguration("https://127.0.0.1:\(port)")
        configuration.upstream = ["tls: { ca: \(files.authority), server_name: localhost }"]
        try withSidecar(configuration) { sidecar in
            let whole = try sidecar.ask("GET /notified")
            #expect(whole.status == 200 && whole.text == "until the end")
            let client = try sidecar.client()
            try client.send("GET /cut HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let (ending, bytes) = client.ending()
            let text = Wire.text(bytes)
            #expect(ending != .stillOpen)
            #expect(
                text.hasPrefix("HTTP/1.1 502 ") || !text.hasSuffix("0\r\n\r\n"),
                "a cut answer was passed on as a whole one"
            )
        }
    }

    /// Ends each answer with its connection; says close_notify before that only for `/notified`.
    private static let endingApplication = #"""
        import socket, ssl, sys
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        while True:
            plain, _ = listener.accept()
            try:
                connection = context.wrap_socket(plain, server_side=True)
                request = connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end")
                if b"/notified" in request:
                    connection.settimeout(2)
                    connection.unwrap()
                connection.close()
            except OSError:
                pass
        """#
}
