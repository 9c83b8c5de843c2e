import GatehouseCore
import NIOEmbedded
import Testing

@testable import GatehouseEdge

/// A client's connection: requests in order, and when it is kept.
@Suite struct ServerConnectionTests {
    private static let get = "GET /open/a HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func `a request is answered and the connection is kept`() throws {
        let server = try ServerDouble()
        for _ in 0..<3 {
            try server.send(Self.get)
            try server.answer()
            #expect(try server.received() == Self.ok)
        }
        #expect(!server.isClosed && server.upstream.streams.count == 3)
        #expect(server.world.isQuiet && server.world.records.ended == 3)
    }

    @Test func `H-28: a request that arrives byte by byte is the same request`() throws {
        let server = try ServerDouble()
        let request =
            "POST /open/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nX: 1\r\n\r\n"
        for byte in wire(request) {
            try server.send([byte])
            try? server.turn { $0.take(1) }
        }
        #expect(server.upstream.last.map { wireText($0.content) } == "hello")
        #expect(server.upstream.last?.hasEnded == true)
        try server.answer()
        #expect(try server.received() == Self.ok)
        #expect(server.world.isQuiet)
    }

    @Test func `H-28: 100 requests in one segment are answered one after the other`() throws {
        let server = try ServerDouble()
        try server.send((0..<100).map { "GET /open/\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
        for number in 0..<100 {
            #expect(server.upstream.streams.count == number + 1)
            #expect(server.upstream.last?.target == "/open/\(number)")
            try server.answer("\(number)")
        }
        let expected = (0..<100).map { "HTTP/1.1 200 OK\r\nContent-Length: \("\($0)".utf8.count)\r\n\r\n\($0)" }
            .joined()
        #expect(try server.received() == expected)
        #expect(!server.isClosed && server.world.isQuiet)
    }

    @Test func `H-28: behind a malformed request nothing is processed`() throws {
        let server = try ServerDouble()
        try server.send(Self.get + "GET /open/b HTTP/1.1\r\nHost : a\r\n\r\n" + Self.get + Self.get)
        #expect(server.upstream.streams.count == 1)
        try server.answer()
        let answers = try server.received()
        #expect(answers.hasPrefix(Self.ok + "HTTP/1.1 400 Bad Request\r\n"))
        #expect(answers.contains("Connection: close\r\n"))
        #expect(server.isHalfClosed)
        try server.send(Self.get)
        #expect(server.upstream.streams.count == 1)
        #expect(try server.received().isEmpty)
        #expect(server.world.isQuiet && server.world.records.ended == 2)
    }

    @Test(arguments: [
        ("1.1", "Connection: close\r\n", "Connection: close\r\n", true), ("1.0", "", "Connection: close\r\n", true),
        ("1.0", "Connection: keep-alive\r\n", "Connection: keep-alive\r\n", false), ("1.1", "", "", false),
    ])
    func `H-25: the connection is kept or closed as the client asks`(_ row: (String, String, String, Bool)) throws {
        let server = try ServerDouble()
        try server.send("GET /open/a HTTP/\(row.0)\r\nHost: a\r\n\(row.1)\r\n")
        try server.answer()
        #expect(try server.received() == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\(row.2)\r\nok")
        #expect(server.isClosed == row.3)
    }

    @Test func `H-19: two empty lines before a request are passed over and a third is refused`() throws {
        let server = try ServerDouble()
        try server.send("\r\n\r")
        try server.send("\n" + Self.get)
        try server.answer()
        #expect(try server.received() == Self.ok)
        try server.send("\r\n\r\n\r\n" + Self.get)
        #expect(try server.received().hasPrefix("HTTP/1.1 400 "))
        #expect(server.upstream.streams.count == 1)
    }

    @Test func `H-27: 100 goes out before the body of an admitted request and not at all to a refused one`() throws {
        let lines = "Host: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        let admitted = try ServerDouble()
        try admitted.send("POST /open/a HTTP/1.1\r\n" + lines)
        #expect(try admitted.received() == "HTTP/1.1 100 Continue\r\n\r\n")
        try admitted.send("hi")
        try admitted.turn { $0.take(2) }
        try admitted.answer()
        #expect(try admitted.received() == Self.ok)
        #expect(!admitted.isClosed)
        let refused = try ServerDouble()
        try refused.send("POST /closed HTTP/1.1\r\n" + lines)
        let answer = try refused.received()
        #expect(answer.hasPrefix("HTTP/1.1 401 ") && answer.contains("Connection: close\r\n"))
        #expect(refused.isHalfClosed && refused.upstream.streams.isEmpty)
    }

    @Test func `H-27: an unknown expectation is 417`() throws {
        let server = try ServerDouble()
        try server.send("POST /open/a HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 0\r\n\r\n" + Self.get)
        #expect(try server.received().hasPrefix("HTTP/1.1 417 "))
    }

    @Test func `a HEAD is answered without a body, and the next request is read behind its head`() throws {
        let server = try ServerDouble()
        try server.send("HEAD /open/a HTTP/1.1\r\nHost: a\r\n\r\nHEAD /none HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get)
        try server.turn {
            $0.exchange?.receive(.parsed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", method: .head), ends: true)
        }
        let answers = try server.received()
        #expect(answers.hasPrefix("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 404 Not Found\r\n"))
        #expect(answers.hasSuffix("\r\n\r\n"))
        #expect(server.upstream.streams.count == 2)
    }

    @Test func `interim answers go to HTTP 1-1 alone`() throws {
        for (version, expected) in [("1.1", "HTTP/1.1 103 X\r\n\r\n"), ("1.0", "")] {
            let server = try ServerDouble()
            try server.send("GET /open/a HTTP/\(version)\r\nHost: a\r\n\r\n")
            try server.turn { $0.inform(103) }
            #expect(try server.received() == expected)
        }
    }

    @Test func `a client that leaves ends its request at the app`() throws {
        let server = try ServerDouble()
        try server.send(Self.get)
        _ = try server.channel.finish()
        #expect(server.upstream.last?.isAborted == true)
        #expect(server.world.isQuiet && server.world.records.ended == 1)
        #expect(server.world.loop.activity.connections == 0)
    }

    @Test func `while the loop drains answers say so, and an idle connection closes within a second`() throws {
        let busy = try ServerDouble()
        try busy.send(Self.get)
        busy.world.loop.drain()
        #expect(!busy.isClosed)
        try busy.answer()
        #expect(try busy.received() == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        #expect(busy.isClosed)
        let idle = try ServerDouble()
        idle.world.loop.drain()
        #expect(idle.connection.deadline <= idle.world.loop.now &+ 1_000_000_000)
        // A request that was on its way is served and told that it is the last.
        try idle.send("GET /closed HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try idle.received().contains("Connection: close\r\n"))
        #expect(idle.isClosed)
        let silent = try ServerDouble()
        silent.world.loop.drain()
        silent.connection.deadline = 1
        silent.sweep()
        #expect(silent.isClosed)
        let failing = try ServerDouble()
        try failing.send(Self.get)
        failing.world.loop.drain()
        try failing.turn { $0.fail(.closedBeforeHead) }
        #expect(try failing.received().contains("Connection: close\r\n"))
        #expect(failing.isClosed)
        let cut = try ServerDouble()
        try cut.send(Self.get)
        cut.world.loop.endAll()
        #expect(try cut.received().hasPrefix("HTTP/1.1 503 "))
        #expect(cut.isClosed && cut.world.isQuiet)
    }
}
