import Glibc
import Testing
import TestSupport

/// The application is away, hangs, or breaks off.
@Suite(.blocking)
struct UpstreamFailureTests {
    @Test
    func `an application that is away is 502 upstream_refused, and service comes back by itself`() throws {
        let first = try EchoUpstream.start()
        let port = first.port
        try withSidecar(openConfiguration("http://127.0.0.1:\(port)")) { sidecar in
            #expect(try sidecar.ask("GET /a").status == 200)
            first.stop()
            try wait(for: "the application to be away") { (try? Socket.connect(port: port)) == nil }
            for _ in 0..<3 {
                let answer = try sidecar.ask("GET /b")
                #expect(answer.status == 502 && answer.code == "upstream_refused")
                #expect(!answer.text.contains("\(port)"), "the answer names the upstream's address")
            }
            #expect(try sidecar.admin("/livez").status == 200)
            let second = try ScriptedUpstream(port: port, script: EchoUpstream.echo)
            defer { second.stop() }
            #expect(try sidecar.ask("GET /c").status == 200)
        }
    }

    @Test
    func `an application that hangs is 504 upstream_timeout, and its connection is not used again`() throws {
        try Scene({ $0.upstream = ["response_timeout: 500ms"] }, script: Self.application).play { scene in
            let start = ContinuousClock.now
            let answer = try scene.sidecar.ask("GET /open/hang")
            #expect(answer.status == 504 && answer.code == "upstream_timeout")
            #expect(start.duration(to: .now) < .seconds(3))
            try wait(for: "the connection to be closed") { scene.upstream.events.contains("gone") }
            #expect(try scene.sidecar.ask("GET /open/fine").status == 200)
            let record = try scene.sidecar.record(path: "/open/hang")
            #expect(record["decision"]?.string == "forward" && record["status"]?.integer == 504)
        }
    }

    @Test
    func `a connection that cannot be made in time is 504 upstream_timeout`() throws {
        // A listener whose queue is full answers no handshake, which looks like a host that is away.
        let listener = try Socket.listen(backlog: 0)
        var queued: [Socket] = []
        try wait(for: "the queue to be full") {
            guard let socket = try? Socket.connect(port: listener.port, seconds: 0.3) else { return true }
            queued.append(socket)
            return false
        }
        var configuration = openConfiguration("http://127.0.0.1:\(listener.port)")
        configuration.upstream = ["connect_timeout: 300ms"]
        try withSidecar(configuration) { sidecar in
            let answer = try sidecar.ask("GET /a")
            #expect(answer.status == 504 && answer.code == "upstream_timeout")
        }
        withExtendedLifetime(queued) {}
    }

    @Test(arguments: ["/open/close-at-once", "/open/reset-at-once", "/open/half-head"])
    func `an application that breaks off before its head is 502 upstream_invalid`(_ path: String) throws {
        try Scene(script: Self.application).play { scene in
            let answer = try scene.sidecar.ask("POST \(path)", ["Content-Length: 2"], body: "ab")
            #expect(answer.status == 502 && answer.code == "upstream_invalid")
            #expect(try scene.sidecar.ask("GET /open/fine").status == 200)
        }
    }

    @Test(arguments: ["/open/cut-length", "/open/cut-chunked", "/open/cut-reset"])
    func `an application that breaks off in the middle ends the client's connection too, and service goes on`(
        _ path: String
    ) throws {
        try Scene(script: Self.application).play { scene in
            let client = try scene.sidecar.client()
            try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let head = try client.head()
            #expect(head.status == 200)
            let (ending, bytes) = client.ending()
            #expect(ending != .stillOpen)
            #expect(!Wire.text(bytes).hasSuffix("0\r\n\r\n"))
            #expect(try scene.sidecar.ask("GET /open/fine").status == 200)
            let record = try scene.sidecar.record(path: path)
            #expect(record["decision"]?.string == "forward" && record["reason"]?.string != nil)
        }
    }

    @Test
    func `a GET on a keep-alive connection that went stale is sent once more on a fresh one, a POST is not`() throws {
        try Scene(script: Self.closingAfterOne).play { scene in
            let client = try scene.sidecar.client()
            for number in 0..<5 {
                try client.send("GET /open/stale/\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try client.answer().status == 200)
            }
            let gets = scene.upstream.targets.filter { $0.hasPrefix("/open/stale") }.count
            #expect(gets == 10 - 1, "four replays were expected, \(gets) requests came")
            try client.send("POST /open/once HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab")
            let answer = try client.answer()
            #expect(answer.status == 502 && answer.code == "upstream_invalid")
            #expect(scene.upstream.targets.filter { $0 == "/open/once" }.count == 1)
        }
    }

    @Test
    func `a client that leaves ends its request at the application`() throws {
        try Scene(script: Self.application).play { scene in
            for leave in [RawClient.close, RawClient.reset] {
                let before = scene.upstream.events.filter { $0 == "gone" }.count
                let client = try scene.sidecar.client()
                try client.send("GET /open/hang HTTP/1.1\r\nHost: localhost\r\n\r\n")
                try wait(for: "the request to arrive") {
                    scene.upstream.events.filter { $0 == "hanging" }.count > before
                }
                leave(client)()
                try wait(for: "the application to learn of it") {
                    scene.upstream.events.filter { $0 == "gone" }.count > before
                }
            }
            let client = try scene.sidecar.client()
            try client.send("POST /open/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
            try wait(for: "the upload to arrive") { scene.upstream.events.contains("uploading") }
            client.reset()
            try wait(for: "the application to learn of the broken upload") {
                scene.upstream.events.contains("broken upload")
            }
        }
    }

    @Test
    func `H-50: a request whose client left in mid-answer leaves no connection in the pool`() throws {
        try Scene(script: Self.application).play { scene in
            let client = try scene.sidecar.client(receiveBuffer: 4096)
            try client.send("GET /open/endless HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _ = try client.head()
            client.reset()
            try wait(for: "the endless answer to end") { scene.upstream.events.contains("endless ended") }
            #expect(try scene.sidecar.ask("GET /open/fine").status == 200)
        }
    }

    /// Serves one request a connection, then looks as if it kept the connection and closes it on the next request.
    @Sendable
    private static func closingAfterOne(_ conversation: Conversation) throws {
        guard let request = try conversation.request() else { return }
        try conversation.send(EchoUpstream.report(request, connection: conversation.index, number: 0))
        _ = try conversation.requestHead()
        conversation.reset()
    }

    @Sendable
    private static func application(_ conversation: Conversation) throws {
        while let request = try conversation.requestHead() {
            switch request.target {
            case "/open/hang":
                conversation.note("hanging")
                if conversation.waitForEnd() { conversation.note("gone") }
                return
            case "/open/upload":
                conversation.note("uploading")
                if (try? conversation.bytes(1000)) == nil { conversation.note("broken upload") }
                return
            case "/open/close-at-once": return
            case "/open/reset-at-once": return conversation.reset()
            case "/open/half-head": return try conversation.send("HTTP/1.1 200 OK\r\nContent-")
            case "/open/cut-length": return try conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            case "/open/cut-chunked":
                return try conversation.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
            case "/open/cut-reset":
                try conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
                _ = conversation.waitForEnd(seconds: 0.2)
                return conversation.reset()
            case "/open/endless":
                try conversation.send("HTTP/1.1 200 OK\r\n\r\n")
                defer { conversation.note("endless ended") }
                while true { try conversation.send([UInt8](repeating: 0x61, count: 65_536)) }
            default:
                let whole = try conversation.body(of: request)
                try conversation.send(EchoUpstream.report(whole, connection: conversation.index, number: 0))
            }
        }
    }
}
