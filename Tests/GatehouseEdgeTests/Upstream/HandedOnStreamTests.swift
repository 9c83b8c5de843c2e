import GatehouseCore
import NIOCore
import Testing

@testable import GatehouseEdge

/// A connection to an app serves the next exchange while the former one still waits for its client.
@Suite struct HandedOnStreamTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// Two exchanges on one connection: the answer of the first is complete and untaken, that of the second is on its way.
    private struct Pair {
        let app: AppDouble
        let former: MemoryClient
        let next: MemoryClient

        init(answer: String, sent: Int) throws {
            app = try AppDouble()
            former = app.request()
            try app.last.send(HandedOnStreamTests.ok)
            #expect(former.events == [.head(200, ends: false), .end] && app.connections.pool.idleCount == 1)
            next = app.request("GET /open/next HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(app.connections.opened.count == 1 && app.connections.pool.idleCount == 0)
            try app.last.send(answer + String(repeating: "n", count: sent))
        }
    }

    @Test(arguments: [ClientFailure.closed, .refused(.requestTimedOut)])
    func `a former client that fails does not end the connection under the next`(_ failure: ClientFailure) throws {
        let pair = try Pair(answer: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", sent: 2)
        pair.former.fail(failure)
        #expect(try !pair.app.last.isClosed)
        try pair.app.last.send("xt")
        pair.app.take(pair.next)
        #expect(wireText(pair.next.content) == "nnxt" && wireText(pair.former.content) == "ok")
        #expect(pair.next.events == [.head(200, ends: false), .end, .ended(requestIsComplete: true)])
        #expect(pair.app.connections.pool.idleCount == 1 && pair.app.world.isQuiet)
    }

    @Test func `what a former client takes late is no credit for the next answer`() throws {
        let size = EdgeLimits.window + 2
        let pair = try Pair(answer: "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n", sent: size)
        #expect(try pair.app.last.isPaused, "the next client has taken nothing")
        pair.app.take(pair.former)
        #expect(pair.former.events.last == .ended(requestIsComplete: true))
        #expect(try pair.app.last.isPaused, "the credit of the former client went to the next answer")
        pair.app.take(pair.next)
        #expect(try !pair.app.last.isPaused)
    }

    @Test func `a former exchange that ends late leaves the connection to the next`() throws {
        let pair = try Pair(answer: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", sent: 0)
        pair.app.take(pair.former)
        #expect(pair.former.events.last == .ended(requestIsComplete: true))
        #expect(try !pair.app.last.isClosed)
        try pair.app.last.close()
        #expect(pair.next.events.last == .abort, "the break belongs to the next exchange alone")
        #expect(wireText(pair.former.content) == "ok" && pair.app.world.isQuiet)
    }

    @Test(arguments: [true, false])
    func `what the last piece of an answer brings about does not reach the next exchange`(_ leaves: Bool) throws {
        let app = try AppDouble()
        let hurried = HurriedClient()
        hurried.start(in: app.world)
        app.world.loop.flush()
        var next: MemoryClient?
        hurried.onBody = { exchange in
            // As when writing makes room at another client, whose next request then takes the connection that has just become free.
            next = app.request("GET /open/next HTTP/1.1\r\nHost: a\r\n\r\n")
            if leaves { exchange.clientFailed(.closed) } else { exchange.clientConsumed(2) }
        }
        try app.last.send(Self.ok)
        let follower = try #require(next)
        #expect(app.connections.opened.count == 1 && follower.events.isEmpty)
        #expect(try !app.last.isClosed, "the former exchange ended the connection of the next")
        let size = EdgeLimits.window + 1
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(size + 1)\r\n\r\n"
        try app.last.send(head + String(repeating: "n", count: size))
        #expect(try app.last.isPaused, "the former exchange gave credit to the next")
        app.take(follower)
        try app.last.send("n")
        app.take(follower)
        #expect(follower.content.count == size + 1 && app.world.isQuiet)
    }

    @Test func `a connection that breaks behind an untaken answer changes nothing about it`() throws {
        let app = try AppDouble()
        let former = app.request()
        try app.last.send(Self.ok)
        try app.last.close()
        app.take(former)
        #expect(former.events == [.head(200, ends: false), .end, .ended(requestIsComplete: true)])
        #expect(wireText(former.content) == "ok" && app.world.isQuiet)
    }
}

/// A client in the middle of whose answer something happens.
private final class HurriedClient: ClientStream {
    var onBody: ((Exchange) -> Void)?
    private var exchange: Exchange?

    func start(in world: EdgeWorld) {
        let exchange = Exchange(
            loop: world.loop,
            pipeline: world.pipeline,
            peer: Peer(address: wire("192.0.2.1"), isTrusted: false),
            head: .parsed("GET /open/hurried HTTP/1.1\r\nHost: a\r\n\r\n"),
            protocolName: .http1,
            client: self,
            startedAt: world.loop.now
        )
        self.exchange = exchange
        exchange.start(ends: true)
    }

    func send(body: ByteBuffer) {
        guard let exchange = self.exchange else { return }
        self.onBody?(exchange)
    }

    func sendContinue() {}
    func send(informational head: ResponseHead) {}
    func send(_ head: ResponseHead, adding lines: FieldLines, ends: Bool) {}
    func send(_ answer: LocalAnswer, lines: FieldLines) {}
    func send(trailers: FieldSection) {}
    func end() {}
    func abort() {}
    func consumed(_ bytes: Int) {}
    func exchangeEnded(requestIsComplete: Bool) { self.exchange = nil }
}
