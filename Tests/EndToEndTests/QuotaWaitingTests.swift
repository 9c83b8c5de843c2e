import Glibc
import Testing
import TestSupport

/// A request that waits for Redis keeps its place, its body and its client, and is bounded in what it holds.
@Suite(.blocking)
struct QuotaWaitingTests {
    private static let settings = [
        "timeout: 20s", "when_store_fails: deny", "policies:",
        "  - { name: default, requests: 3, per: 1h, by: address }",
    ]

    /// Runs a test on a gate whose store answers nothing until the test resumes it.
    ///
    /// A second without an answer ends a connection, so whatever a test does in between must not take as long.
    private static func withPaused(
        _ upstream: ScriptedUpstream? = nil,
        _ test: (QuotaGate, RedisServer) throws -> Void
    ) throws {
        let server = try RedisServer()
        let gate = try QuotaGate(["store: \(server.url)"] + settings, upstream: upstream)
        try gate.play { gate in
            try gate.waitForStore()
            server.pause()
            defer { server.resume() }
            try test(gate, server)
        }
    }

    @Test
    func `the body of a request that waits is held within bounds, and arrives whole`() throws {
        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        try Self.withPaused(upstream) { gate, server in
            let client = try gate.sidecar.client(seconds: 20)
            let memory = gate.sidecar.memory
            let piece = [UInt8](repeating: 0x61, count: 64 << 10)
            try client.send("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(piece.count * 100)\r\n\r\n")
            // Far more than the gate may hold; the kernel's buffers take some, then sending stops.
            let taken = Self.fill(client.socket, piece, most: 100)
            #expect(taken < piece.count * 100, "the gate took a whole body for a request that was not admitted")
            #expect(gate.sidecar.memory - memory < 2048, "\(gate.sidecar.memory - memory) KiB more")
            server.resume()
            try client.send([UInt8](repeating: 0x61, count: piece.count * 100 - taken))
            let answer = try client.answer()
            // Resumed too late on a busy machine, it is refused in order.
            #expect([200, 503].contains(answer.status))
            if answer.status == 200 { #expect(try EchoUpstream.seen(answer).length == piece.count * 100) }
        }
    }

    /// Sends as much as is taken without waiting long; returns how many bytes that was.
    private static func fill(_ socket: Socket, _ piece: [UInt8], most: Int) -> Int {
        var sent = 0
        let deadline = Deadline(seconds: 0.3)
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        while sent < piece.count * most, !deadline.hasPassed {
            let count = unsafe piece.withUnsafeBytes { buffer in
                unsafe send(socket.descriptor, buffer.baseAddress, buffer.count, flags)
            }
            if count > 0 { sent += count }
        }
        return sent
    }

    @Test
    func `requests on one connection are answered in their order, though one waits`() throws {
        try Self.withPaused { gate, server in
            let client = try gate.sidecar.client(seconds: 20)
            let get = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"
            try client.send(get + "GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try client.socket.isSilent(seconds: 0.2))
            server.resume()
            #expect(try client.answer().status == 200)
            #expect(try client.answer().status == 400)
        }
    }

    @Test
    func `a client that goes while it waits leaves nothing behind`() throws {
        try Self.withPaused { gate, server in
            let before = gate.sidecar.descriptorCount
            for _ in 0..<50 {
                let client = try gate.sidecar.client()
                try client.send("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
                client.reset()
            }
            server.resume()
            try gate.waitForStore()
            try wait(for: "the connections to be gone") { gate.sidecar.descriptorCount <= before + 1 }
            #expect(try gate.metric("http_server_active_requests") <= 1)
        }
    }

    @Test
    func `a gate that is told to stop answers those who wait, and ends in order`() throws {
        let server = try RedisServer()
        let gate = try QuotaGate(["store: \(server.url)"] + Self.settings)
        try gate.waitForStore()
        server.pause()
        defer { server.resume() }
        let client = try gate.sidecar.client(seconds: 20)
        try client.send("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try wait(for: "the request to have come") { try gate.metric("http_server_active_requests") >= 1 }
        gate.sidecar.signal(SIGTERM)
        server.resume()
        #expect(try [200, 503].contains(client.answer().status))
        #expect(try gate.sidecar.process.waitUntilExit(seconds: 20) == .exited(0))
        #expect(!gate.log.contains("Fatal error"), "\(gate.log)")
    }

    @Test
    func `Expect: 100-continue is answered with 429 at once when the quota is used up`() throws {
        let server = try RedisServer()
        try QuotaGate(["store: \(server.url)"] + Self.settings).play { gate in
            try gate.waitForStore()
            let client = try gate.sidecar.client()
            for status in [200, 200, 200, 429] {
                try client.send(
                    "POST /a HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
                )
                let head = try client.nextHead(of: "POST")
                #expect(head.status == (status == 200 ? 100 : 429))
                guard head.status == 100 else { break }
                try client.send("hi")
                #expect(try client.answer(to: "POST").status == status)
            }
        }
    }

    @Test
    func `REDIS_URL names the store, by name or by address`() throws {
        let server = try RedisServer()
        let environment = ["REDIS_URL": "redis://localhost:\(server.port)/3"]
        try QuotaGate(["store: memory"] + Self.settings, environment: environment).play { gate in
            try gate.waitForStore()
            let statuses = try gate.ask(4)
            #expect(statuses == [200, 200, 200, 429])
        }
        let keyspace = try server.expect("INFO", "keyspace").text ?? ""
        #expect(keyspace.contains("db3:") && !keyspace.contains("db0:"), "\(keyspace)")
    }
}

extension Socket {
    /// Whether nothing comes for that long.
    fileprivate func isSilent(seconds: Double) throws -> Bool {
        do {
            return try receive(within: Deadline(seconds: seconds)).isEmpty
        } catch SocketEnd.timedOut {
            return true
        }
    }
}
