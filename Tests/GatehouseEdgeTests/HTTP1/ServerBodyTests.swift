import GatehouseCore
import Testing

@testable import GatehouseEdge

/// Bodies of requests on a client's connection: back-pressure, what is thrown away, what breaks off.
@Suite struct ServerBodyTests {
    private static func post(_ length: Int, to path: String = "/open/a") -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n"
    }
    private static let chunked = "POST /open/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let get = "GET /open/next HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `the app holds a window and one read at most, and then the socket is not read`() throws {
        let server = try ServerDouble(requestBody: 10_000_000)
        try server.send(Self.post(1_000_000))
        let piece = [UInt8](repeating: 7, count: 16_384)
        var sent = 0
        while !server.isPaused, sent < 1_000_000 {
            try server.send(piece)
            sent += piece.count
        }
        let app = try #require(server.upstream.last)
        #expect(app.held > EdgeLimits.window && app.held <= EdgeLimits.window + piece.count)
        // What the socket still delivers is not passed on.
        try server.send(piece)
        #expect(app.held == sent)
        try server.turn { $0.take(.max) }
        #expect(!server.isPaused)
        #expect(app.content.count == sent + piece.count)
    }

    @Test func `H-06: a body that nobody wants is read by its framing and the next request is served`() throws {
        let smuggled = "GET /open/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
        for request in [
            Self.post(smuggled.utf8.count, to: "/closed") + smuggled,
            Self.post(smuggled.utf8.count, to: "/none") + smuggled,
            "GET /closed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;\r\n\(smuggled.prefix(1))\r\n0\r\n\r\n",
            "HEAD /closed HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        ] {
            let server = try ServerDouble()
            try server.send(request + Self.get)
            #expect(server.upstream.streams.map(\.target) == ["/open/next"])
            try server.answer()
            #expect(try server.received().hasSuffix("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
            #expect(!server.isClosed)
        }
    }

    @Test func `H-07: up to 64 KiB of an unread body are thrown away, and the connection is kept`() throws {
        let server = try ServerDouble()
        try server.send(Self.post(65_536, to: "/closed"))
        let answer = try server.received()
        #expect(answer.hasPrefix("HTTP/1.1 401 ") && !answer.contains("Connection: close"))
        try server.send([UInt8](repeating: 1, count: 65_535))
        #expect(server.upstream.streams.isEmpty)
        try server.send([1] + wire(Self.get))
        #expect(server.upstream.last?.target == "/open/next")
        #expect(!server.isClosed)
    }

    @Test func `H-07: more than 64 KiB, and what is not over in five seconds, ends in a lingering close`() throws {
        let announced = try ServerDouble()
        try announced.send(Self.post(65_537, to: "/closed"))
        let answer = try announced.received()
        #expect(answer.contains("Connection: close\r\n"))
        #expect(announced.isHalfClosed)
        try announced.send([UInt8](repeating: 1, count: 65_537))
        try announced.send(Self.get)
        #expect(announced.upstream.streams.isEmpty && !announced.isClosed)

        let streamed = try ServerDouble()
        try streamed.send("POST /closed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n")
        #expect(try !streamed.received().contains("Connection: close\r\n"))
        try streamed.send([UInt8](repeating: 1, count: 65_536))
        #expect(!streamed.isHalfClosed)
        try streamed.send([1])
        #expect(streamed.isHalfClosed)

        let slow = try ServerDouble()
        try slow.send(Self.post(10, to: "/closed"))
        slow.connection.deadline = 1
        slow.sweep()
        #expect(slow.isHalfClosed)
        slow.connection.deadline = 1
        slow.sweep()
        #expect(slow.isClosed)
    }

    @Test func `H-07: the rest of a malformed body is not read as a request`() throws {
        let server = try ServerDouble()
        try server.send("POST /closed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n" + Self.get)
        #expect(server.upstream.streams.isEmpty)
        #expect(server.isHalfClosed)
    }

    @Test(arguments: [
        "5\r\nhelloX", "zz\r\n", "5;a\nb\r\n", "FFFFFFFFF\r\n", "0\r\nHost: b\r\n\r\n", "0\r\nX-User-Id: me\r\n\r\n",
    ])
    func `H-11: a malformed chunk in mid-forward ends both sides, and the app never sees an end`(rest: String) throws {
        let server = try ServerDouble()
        try server.send(Self.chunked + "3\r\nabc\r\n")
        try server.send(rest + "\r\n0\r\n\r\n" + Self.get)
        #expect(server.upstream.streams.count == 1)
        #expect(server.upstream.last?.isAborted == true && server.upstream.last?.hasEnded == false)
        let answer = try server.received()
        #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("Connection: close\r\n"))
        #expect(server.isHalfClosed || server.isClosed)
        #expect(server.world.isQuiet && server.world.records.ended == 1)
    }

    @Test func `H-13: reserved names in trailers are refused however they are spelled`() throws {
        for name in ["X-User-Id", "x_user.ID"] {
            let server = try ServerDouble()
            try server.send(Self.chunked + "0\r\n\(name): me\r\n\r\n")
            #expect(try server.received().hasPrefix("HTTP/1.1 400 "))
            #expect(server.upstream.last?.hasEnded == false)
        }
    }

    @Test func `a body over the limit is 413 in its middle`() throws {
        let server = try ServerDouble(requestBody: 10)
        try server.send(Self.chunked + "8\r\n01234567\r\n")
        try server.send("8\r\n01234567\r\n0\r\n\r\n" + Self.get)
        #expect(server.upstream.streams.count == 1)
        #expect(server.upstream.last?.isAborted == true && server.upstream.last?.hasEnded == false)
        let answer = try server.received()
        #expect(answer.hasPrefix("HTTP/1.1 413 ") && answer.contains("Connection: close\r\n"))
        let announced = try ServerDouble(requestBody: 10)
        try announced.send(Self.post(11))
        #expect(try announced.received().hasPrefix("HTTP/1.1 413 "))
        #expect(announced.upstream.streams.isEmpty)
    }

    @Test func `an early answer of the app lets the rest of the body be thrown away and the next request in`() throws {
        let server = try ServerDouble()
        try server.send(Self.post(10) + "01234")
        try server.answer("no")
        #expect(try server.received().hasSuffix("no"))
        try server.send("56789" + Self.get)
        #expect(server.upstream.last?.target == "/open/next")
        #expect(server.world.records.ended == 1)
    }

    @Test func `an early answer while all of the body waits for the app keeps the connection idle, not closing`() throws
    {
        let server = try ServerDouble(requestBody: 10_000_000)
        let body = [UInt8](repeating: 1, count: 70_000)
        try server.send(Self.post(body.count))
        try server.send(body)
        try server.answer("no")
        _ = try server.received()
        #expect(server.world.isQuiet)
        // The deadline is that of an idle connection, not of one that throws a body away.
        #expect(server.connection.deadline > server.world.loop.now &+ EdgeLimits.drainTime)
        try server.send(Self.get)
        #expect(server.upstream.last?.target == "/open/next")
    }
}
