import GatehouseCore
import NIOCore
import Testing

@testable import GatehouseEdge

/// A connection to an app: what it may answer, and when the connection is used again.
@Suite struct ClientConnectionTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func `a connection whose answer is complete waits for the next request, the youngest first`() throws {
        let app = try AppDouble()
        let clients = [app.request(), app.request(), app.request()]
        let channels = app.connections.opened
        #expect(channels.count == 3)
        for place in [1, 0, 2] { try channels[place].send(Self.ok) }
        for client in clients { app.take(client) }
        #expect(app.connections.pool.idleCount == 3)
        for expected in [2, 0, 1] {
            for channel in channels { _ = try channel.received() }
            _ = app.request()
            for place in channels.indices {
                #expect(try channels[place].received().isEmpty == (place != expected))
            }
        }
        #expect(app.connections.pool.idleCount == 0)
        #expect(app.connections.opened.count == 3)
    }

    @Test func `H-42: bytes on an idle connection close it and never become an answer`() throws {
        let app = try AppDouble()
        try app.served()
        #expect(app.connections.pool.idleCount == 1)
        try app.last.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
        #expect(try app.last.isClosed)
        #expect(app.connections.pool.idleCount == 0)
        let client = app.request()
        #expect(app.connections.opened.count == 2)
        #expect(client.events.isEmpty)
    }

    @Test(arguments: [
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok!"),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), ("GET", "HTTP/1.1 204 X\r\n\r\nbody"),
        ("GET", "HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\nhello"),
        ("GET", "HTTP/1.1 205 X\r\nContent-Length: 5\r\n\r\nhello"),
        ("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n\r\n"),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n0"),
    ])
    func `H-43: more bytes than the answer has close the connection, and the answer stands`(
        _ row: (String, String)
    ) throws {
        let app = try AppDouble()
        let client = app.request("\(row.0) /open/a HTTP/1.1\r\nHost: a\r\n\r\n")
        try app.last.send(row.1)
        app.take(client)
        #expect(client.events.last == .ended(requestIsComplete: true))
        #expect(["", "ok"].contains(wireText(client.content)))
        #expect(try app.last.isClosed)
        #expect(app.connections.pool.idleCount == 0 && app.world.isQuiet)
    }

    @Test(arguments: [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), ("GET", "HTTP/1.1 204 X\r\n\r\n"),
        ("GET", "HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n"),
        ("GET", "HTTP/1.1 205 X\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), ("HEAD", "HTTP/1.1 200 OK\r\n\r\n"),
        ("GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"),
    ])
    func `H-43: an answer without a body ends with its head and the connection is kept`(_ row: (String, String)) throws
    {
        let app = try AppDouble()
        let client = app.request("\(row.0) /open/a HTTP/1.1\r\nHost: a\r\n\r\n")
        try app.last.send(row.1)
        #expect(client.events.count == 2 && client.events.last == .ended(requestIsComplete: true))
        #expect(app.connections.pool.idleCount == 1)
    }

    @Test(arguments: [
        "Connection: close\r\nContent-Length: 2\r\n\r\nok",
        "Content-Length: 2\r\nConnection: keep-alive, close\r\n\r\nok",
    ])
    func `an app that says that it closes is not asked again on that connection`(rest: String) throws {
        let app = try AppDouble()
        let client = app.request()
        try app.last.send("HTTP/1.1 200 OK\r\n" + rest)
        app.take(client)
        #expect(try app.last.isClosed)
        #expect(app.connections.pool.idleCount == 0 && app.world.isQuiet)
        #expect(wireText(client.content) == "ok")
    }

    @Test func `H-44: interim answers pass up to eight, 100 is swallowed and 101 is an error`() throws {
        let app = try AppDouble()
        let fine = app.request()
        try app.last.send(
            "HTTP/1.1 100 Continue\r\n\r\n" + String(repeating: "HTTP/1.1 103 X\r\nLink: y\r\n\r\n", count: 7) + Self.ok
        )
        app.take(fine)
        let interim = fine.events.filter { $0 == .informational(103) }
        #expect(interim.count == 7 && fine.events.contains(.head(200, ends: false)))
        #expect(app.connections.pool.idleCount == 1)
        for flood in [
            String(repeating: "HTTP/1.1 103 X\r\n\r\n", count: 9), "HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n",
        ] {
            let client = app.request()
            let channel = app.connections.opened
            try channel.last?.send(flood + Self.ok)
            #expect(client.events.contains(.answer(502)))
            #expect(channel.last?.isClosed == true && app.connections.pool.idleCount == 0)
        }
    }

    @Test(arguments: [
        "HTTP/2 200\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", "garbage",
        "HTTP/1.1 200 OK\r\nX: \u{0}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ])
    func `H-50: a malformed head is 502 and the connection is closed`(head: String) throws {
        let app = try AppDouble()
        let client = app.request()
        try app.last.send(head)
        #expect(client.events == [.answer(502), .ended(requestIsComplete: true)])
        #expect(client.exchange?.record.refusal == .upstreamInvalid(.malformedHead))
        #expect(try app.last.isClosed)
        #expect(app.connections.pool.idleCount == 0 && app.world.isQuiet)
    }

    @Test(arguments: ["x\r\n", "3\r\nabcX", "3\r\nabc\r\n0\r\nHost: a\r\n\r\n", "3\r\nabc\r\nFFFFFFFFF\r\n"])
    func `H-40: a malformed body cuts the answer and is never completed`(body: String) throws {
        let app = try AppDouble()
        let client = app.request()
        try app.last.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
        #expect(client.events == [.head(200, ends: false), .abort])
        #expect(client.exchange?.record.refusal == .upstreamInvalid(.malformedBody))
        #expect(try app.last.isClosed)
        #expect(app.connections.pool.idleCount == 0 && app.world.isQuiet)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n0\r\n",
    ])
    func `H-46: an app that closes inside of a body leaves a broken answer`(answer: String) throws {
        let app = try AppDouble()
        let client = app.request()
        try app.last.send(answer)
        try app.last.close()
        #expect(client.events == [.head(200, ends: false), .abort])
        #expect(wireText(client.content) == "hel")
        #expect(client.exchange?.record.ending == .upstreamBroke)
        #expect(app.world.isQuiet)
    }

    @Test func `a body without a length ends with the connection, and with an error it is broken`() throws {
        let app = try AppDouble()
        let whole = app.request()
        try app.last.send("HTTP/1.1 200 OK\r\n\r\nhello")
        try app.last.close()
        app.take(whole)
        #expect(whole.events == [.head(200, ends: false), .end, .ended(requestIsComplete: true)])
        let broken = app.request()
        try app.last.send("HTTP/1.1 200 OK\r\n\r\nhello")
        try app.last.reset()
        #expect(broken.events == [.head(200, ends: false), .abort])
        #expect(app.world.isQuiet)
    }

    @Test func `trailers of the app go on`() throws {
        let app = try AppDouble()
        let client = app.request("GET /open/a HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n")
        try app.last.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\nY: 2\r\n\r\n")
        #expect(client.events == [.head(200, ends: false), .trailers(2), .end, .ended(requestIsComplete: true)])
        #expect(app.connections.pool.idleCount == 1)
    }

    @Test func `H-28: an answer that arrives byte by byte is the same answer`() throws {
        let app = try AppDouble()
        let client = app.request()
        for byte in wire(
            "HTTP/1.1 103 X\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\n\r\n"
        ) {
            try app.last.send([byte])
        }
        app.take(client)
        #expect(client.events == [.informational(103), .head(200, ends: false), .end, .ended(requestIsComplete: true)])
        #expect(wireText(client.content) == "hello")
        #expect(app.connections.pool.idleCount == 1)
    }
}
