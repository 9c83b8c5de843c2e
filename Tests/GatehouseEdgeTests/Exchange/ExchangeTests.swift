import GatehouseCore
import Testing

@testable import GatehouseEdge

/// One exchange over streams in memory: no codec, no socket.
@Suite struct ExchangeTests {
    private static let get = "GET /open/a HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let post = "POST /open/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let ok = "HTTP/1.1 200 OK\r\nX-App: 1\r\nServer: app\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test func `a request and its answer pass, and the record is closed with the last byte`() throws {
        let upstream = MemoryUpstream()
        let world = try EdgeWorld(upstream: upstream)
        let client = MemoryClient(Self.post, in: world)
        let app = try #require(upstream.last)
        #expect(app.target == "/open/a" && !app.isFresh)
        client.upload(wire("hello"))
        client.endRequest()
        #expect(wireText(app.content) == "hello" && app.hasEnded)
        app.take(5)
        #expect(client.outstanding == 0)
        app.answer(Self.ok)
        app.download(wire("abc"))
        app.endAnswer()
        #expect(client.events == [.head(200, ends: false), .end])
        #expect(world.loop.activity.exchanges == 1)
        client.take(3)
        #expect(client.events.last == .ended(requestIsComplete: true))
        #expect(
            client.fieldsOfAnswer
                == ["X-App", "Transfer-Encoding", "X-Request-Id"].filter { $0 != "Transfer-Encoding" }
        )
        let record = try #require(client.exchange?.record)
        #expect(record.bytesIn == 5 && record.bytesOut == 3 && record.status == 200 && record.ending == .complete)
        #expect(record.refusal == nil && record.upstream == 0 && record.route == 0)
        #expect(world.isQuiet && world.records.ended == 1)
    }

    @Test func `a refused request is answered, no stream is opened and what is still sent gets its credit`() throws {
        let upstream = MemoryUpstream()
        let world = try EdgeWorld(upstream: upstream)
        let client = MemoryClient("POST /closed HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", in: world)
        #expect(client.events == [.answer(401), .ended(requestIsComplete: false)])
        #expect(upstream.streams.isEmpty)
        #expect(client.exchange?.record.refusal == .tokenMissing)
        #expect(world.isQuiet)
    }

    @Test func `interim answers pass until there is a head, and nothing passes behind the end`() throws {
        let upstream = MemoryUpstream()
        let world = try EdgeWorld(upstream: upstream)
        let client = MemoryClient(Self.get, in: world)
        let app = try #require(upstream.last)
        app.inform(103)
        app.answer("HTTP/1.1 204 X\r\n\r\n", ends: true)
        app.inform(103)
        app.answer(Self.ok)
        app.download(wire("late"))
        app.endAnswer()
        app.fail(.closedMidBody)
        #expect(client.events == [.informational(103), .head(204, ends: true), .ended(requestIsComplete: true)])
        #expect(client.content.isEmpty)
        #expect(world.isQuiet && world.records.ended == 1)
    }

    @Test func `H-27: the client is told to go on only once the request is admitted`() throws {
        let upstream = MemoryUpstream()
        let world = try EdgeWorld(upstream: upstream)
        let lines = "Host: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        let admitted = MemoryClient("POST /open/a HTTP/1.1\r\n" + lines, in: world)
        #expect(admitted.events == [.goOn])
        let refused = MemoryClient("POST /closed HTTP/1.1\r\n" + lines, in: world)
        #expect(refused.events == [.answer(401), .ended(requestIsComplete: false)])
    }

    @Test func `trailers go on to a client that accepts them, and only to such a one`() throws {
        for (line, expected) in [("TE: trailers\r\n", [MemoryClient.Event.trailers(1)]), ("", [])] {
            let upstream = MemoryUpstream()
            let world = try EdgeWorld(upstream: upstream)
            let client = MemoryClient("GET /open/a HTTP/1.1\r\nHost: a\r\n\(line)\r\n", in: world)
            let app = try #require(upstream.last)
            app.answer(Self.ok)
            app.trail("X: 1\r\n\r\n")
            app.endAnswer()
            #expect(client.events == [.head(200, ends: false)] + expected + [.end, .ended(requestIsComplete: true)])
        }
    }

    @Test func `an answer that ends before the request ends the exchange, and the rest is of no interest`() throws {
        let upstream = MemoryUpstream()
        let world = try EdgeWorld(upstream: upstream)
        let client = MemoryClient(Self.post, in: world)
        let app = try #require(upstream.last)
        client.upload(wire("hello"))
        app.answer("HTTP/1.1 413 X\r\nContent-Length: 2\r\n\r\n")
        app.download(wire("no"))
        app.endAnswer()
        client.upload(wire("more"))
        #expect(client.outstanding == 9 - 4)
        client.take(2)
        #expect(client.events.last == .ended(requestIsComplete: false))
        #expect(world.isQuiet)
    }

    @Test func `an answer may begin and go on while the request is still under way`() throws {
        let upstream = MemoryUpstream()
        let world = try EdgeWorld(upstream: upstream)
        let client = MemoryClient(Self.post, in: world)
        let app = try #require(upstream.last)
        app.answer(Self.ok)
        for round in 0..<10 {
            client.upload(wire("q\(round)"))
            app.take(2)
            app.download(wire("a\(round)"))
            client.take(2)
        }
        client.endRequest()
        #expect(world.loop.activity.exchanges == 1)
        app.endAnswer()
        #expect(client.content.count == 20 && app.content.count == 20)
        #expect(client.events.last == .ended(requestIsComplete: true))
        #expect(world.isQuiet)
    }

    @Test func `a body over the limit is 413 before a head and a cut behind one, and the app never sees its end`()
        throws
    {
        let upstream = MemoryUpstream()
        let world = try EdgeWorld(upstream: upstream, requestBody: 10)
        let early = MemoryClient(Self.post, in: world)
        early.upload(wire("0123456789"))
        early.upload(wire("!"))
        #expect(early.events == [.answer(413), .ended(requestIsComplete: false)])
        #expect(upstream.last?.isAborted == true && upstream.last?.hasEnded == false)
        #expect(upstream.last?.content.count == 10)
        let late = MemoryClient(Self.post, in: world)
        upstream.last?.answer(Self.ok)
        late.upload(wire("0123456789!"))
        #expect(late.events == [.head(200, ends: false), .abort])
        #expect(late.exchange?.record.refusal == .bodyTooLarge)
        #expect(world.isQuiet && world.records.ended == 2)
    }
}

/// What a broken side does to the other one.
@Suite struct ExchangeFailureTests {
    private static let get = "GET /open/a HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"

    /// Fails a fresh exchange's app and returns the status that the client gets.
    private func status(
        _ request: String,
        _ fault: UpstreamFault,
        isStale: Bool = false
    ) throws -> (Int?, UpstreamWorld) {
        let parts = try UpstreamWorld(request)
        parts.app.fail(fault, isStale: isStale)
        for case .answer(let status) in parts.client.events { return (status, parts) }
        return (nil, parts)
    }

    /// An exchange that has been forwarded.
    struct UpstreamWorld {
        let upstream = MemoryUpstream()
        let world: EdgeWorld
        let client: MemoryClient
        let app: MemoryApp

        init(_ request: String, limits: EdgeLimits = EdgeLimits(), timings: UpstreamTimings = UpstreamTimings()) throws
        {
            self.world = try EdgeWorld(upstream: self.upstream, limits: limits, timings: timings)
            self.client = MemoryClient(request, in: self.world)
            self.app = try #require(self.upstream.last)
        }
    }

    @Test(arguments: UpstreamFault.allCases)
    func `an app that fails before its head is 502 or 504, whatever happened`(fault: UpstreamFault) throws {
        let (status, parts) = try self.status(Self.get, fault)
        let isTimeout = fault == .connectTimeout || fault == .responseTimeout
        #expect(status == (isTimeout ? 504 : 502))
        #expect(parts.client.events.last == .ended(requestIsComplete: true))
        #expect(parts.world.isQuiet && parts.world.records.ended == 1)
    }

    @Test func `an app that fails behind its head cuts the answer, and it is never ended`() throws {
        let parts = try UpstreamWorld(Self.get)
        parts.app.answer(Self.ok)
        parts.app.download(wire("abc"))
        parts.app.fail(.closedMidBody)
        #expect(parts.client.events == [.head(200, ends: false), .abort])
        let record = try #require(parts.client.exchange?.record)
        #expect(record.ending == .upstreamBroke && record.refusal == .upstreamInvalid(.closedMidBody))
        #expect(record.bytesOut == 3 && record.status == 200)
        #expect(parts.world.isQuiet)
    }

    @Test
    func `a stale connection is made good once, on a fresh one, for a request without a body that may be repeated`()
        throws
    {
        let (status, parts) = try self.status(Self.get, .closedBeforeHead, isStale: true)
        #expect(status == nil)
        #expect(parts.upstream.streams.map(\.isFresh) == [false, true])
        #expect(parts.upstream.last?.hasEnded == true)
        #expect(parts.world.retries == 1)
        parts.upstream.last?.fail(.closedBeforeHead, isStale: true)
        #expect(parts.client.events == [.answer(502), .ended(requestIsComplete: true)])
        #expect(parts.upstream.streams.count == 2)
        #expect(parts.world.isQuiet && parts.world.records.ended == 1)
    }

    @Test(arguments: [
        "POST /open/a HTTP/1.1\r\nHost: a\r\n\r\n", "PATCH /open/a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "PUT /open/a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", "BREW /open/a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /open/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    ])
    func `a request that may have had an effect, or that has a body, is not sent again`(request: String) throws {
        let (status, parts) = try self.status(request, .closedBeforeHead, isStale: true)
        #expect(status == 502)
        #expect(parts.upstream.streams.count == 1)
    }

    @Test func `nothing is sent again where the connection was fresh or retries are off`() throws {
        let (status, parts) = try self.status(Self.get, .closedBeforeHead)
        #expect(status == 502 && parts.upstream.streams.count == 1)
        var timings = UpstreamTimings()
        timings.retries = 0
        let strict = try UpstreamWorld(Self.get, timings: timings)
        strict.app.fail(.closedBeforeHead, isStale: true)
        #expect(strict.upstream.streams.count == 1)
        #expect(strict.client.events.first == .answer(502))
    }

    @Test func `a client that leaves ends its request at the app, in every phase`() throws {
        let waiting = try UpstreamWorld(Self.get)
        waiting.client.fail(.closed)
        let answering = try UpstreamWorld(Self.get)
        answering.app.answer(Self.ok)
        answering.client.fail(.closed)
        let taking = try UpstreamWorld(Self.get)
        taking.app.answer(Self.ok)
        taking.app.download(wire("hello"))
        taking.app.endAnswer()
        taking.client.fail(.closed)
        for parts in [waiting, answering] { #expect(parts.app.isAborted) }
        for parts in [waiting, answering, taking] {
            #expect(parts.client.exchange?.record.ending == .clientClosed)
            #expect(!parts.client.isOver)
            parts.app.endAnswer()
            parts.app.fail(.closedMidBody)
            parts.client.fail(.closed)
            #expect(parts.world.isQuiet && parts.world.records.ended == 1)
        }
    }

    @Test func `a body that breaks off is refused before a head and cuts the answer behind one`() throws {
        let request = "POST /open/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let early = try UpstreamWorld(request)
        early.client.upload(wire("abc"))
        early.client.fail(.refused(.malformed(.chunk)))
        #expect(early.client.events == [.answer(400), .ended(requestIsComplete: false)])
        let late = try UpstreamWorld(request)
        late.app.answer(Self.ok)
        late.client.fail(.refused(.malformed(.chunk)))
        #expect(late.client.events == [.head(200, ends: false), .abort])
        for parts in [early, late] {
            #expect(parts.app.isAborted && !parts.app.hasEnded)
            #expect(parts.world.isQuiet && parts.world.records.ended == 1)
        }
    }

    @Test func `the drain deadline answers 503 where there is no head and cuts the rest`() throws {
        let waiting = try UpstreamWorld(Self.get)
        let answering = try UpstreamWorld(Self.get)
        answering.app.answer(Self.ok)
        for parts in [waiting, answering] {
            parts.world.loop.endAll()
            #expect(parts.app.isAborted)
            #expect(parts.client.exchange?.record.ending == .drained)
            #expect(parts.world.isQuiet && parts.world.records.ended == 1)
        }
        #expect(waiting.client.events == [.answer(503), .ended(requestIsComplete: true)])
        #expect(answering.client.events == [.head(200, ends: false), .abort])
    }
}
