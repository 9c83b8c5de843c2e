import GatehouseCore
import NIOCore
import NIOEmbedded
import Testing

@testable import GatehouseEdge

/// Slow clients: what they may hold of our memory, and when they are given up.
@Suite struct ServerPressureTests {
    private static let get = "GET /open/a HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let refused = "GET /closed HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `credit for the answer is given when it left for a channel that is writable`() throws {
        let server = try ServerDouble()
        try server.send(Self.get)
        server.setWritable(false)
        try server.turn { app in
            app.answer("HTTP/1.1 200 OK\r\n\r\n")
            app.download(wire("hello"))
        }
        #expect(server.upstream.last?.outstanding == 5)
        server.setWritable(true)
        #expect(server.upstream.last?.outstanding == 0)
        #expect(try server.received().hasSuffix("5\r\nhello\r\n"))
    }

    @Test func `a large piece of an answer is passed on without a copy, in its chunk`() throws {
        let server = try ServerDouble()
        try server.send(Self.get)
        let piece = [UInt8](repeating: 0x61, count: 20_000)
        try server.turn { app in
            app.answer("HTTP/1.1 200 OK\r\n\r\n")
            app.download(piece)
            app.download(wire("b"))
            app.endAnswer()
        }
        let answer = try server.received()
        #expect(answer.hasSuffix("4e20\r\n" + wireText(piece) + "\r\n1\r\nb\r\n0\r\n\r\n"))
        #expect(!server.isClosed)
    }

    @Test func `a client that sends requests and takes no answers is not read on`() throws {
        let server = try ServerDouble()
        server.setWritable(false)
        let requests = wire(String(repeating: Self.refused, count: 500))
        try server.send(requests)
        // One request at a time has been begun, and no more than a window of answers waits.
        let begun = server.world.records.begun
        #expect(begun == 0)
        #expect(server.isPaused)
        server.setWritable(true)
        server.flush()
        #expect(server.world.records.ended == 500)
        #expect(!server.isPaused && !server.isClosed)
    }

    @Test func `a turn gathers no more than a window of answers before it writes`() throws {
        let server = try ServerDouble()
        let gauge = WriteGauge()
        try server.channel.pipeline.syncOperations.addHandler(gauge, position: .first)
        try server.send(String(repeating: Self.refused, count: 2_000))
        server.flush()
        #expect(server.world.records.ended == 2_000)
        #expect(gauge.largest <= EdgeLimits.window + 4_096)
    }

    @Test func `a flood of requests is served a few in a turn, and is not read on meanwhile`() throws {
        let server = try ServerDouble()
        let flood = ByteBuffer(string: String(repeating: Self.refused, count: 1_000))
        // No turn passes behind what arrives here.
        try server.channel.writeInbound(flood)
        server.channel.pipeline.fireChannelReadComplete()
        #expect(server.world.records.ended == UInt64(EdgeLimits.requestsPerTurn))
        #expect(server.isPaused)
        server.channel.embeddedEventLoop.run()
        #expect(server.world.records.ended == 1_000)
        #expect(!server.isPaused && !server.isClosed)
    }

    @Test func `requests that wait for their turn are read up to a window`() throws {
        let server = try ServerDouble()
        try server.send(Self.get)
        let more = wire(String(repeating: Self.get, count: 100))
        var sent = 0
        while !server.isPaused, sent < 1_000_000 {
            try server.send(more)
            sent += more.count
        }
        #expect(sent <= EdgeLimits.window + 2 * more.count)
        #expect(server.upstream.streams.count == 1)
    }

    @Test func `behind a refused head nothing is kept`() throws {
        let server = try ServerDouble()
        // The answer does not get out, so the connection cannot be closed yet.
        let gate = WriteGate()
        try server.channel.pipeline.syncOperations.addHandler(gate, position: .first)
        try server.send("GET / HTTP/9.9\r\n\r\n")
        for _ in 0..<100 { try server.send([UInt8](repeating: 0x41, count: 65_536)) }
        #expect(server.connection.input.readableBytes < 65_536)
    }

    @Test func `a head that does not arrive in time is 408, and one record is closed`() throws {
        let server = try ServerDouble()
        try server.send("GET /open/a?b HTTP/1.1\r\nHost: a\r\nX-Request-Id: 1\r\nUser-Agent: x\r\nX-Forwarded-For: 1")
        server.connection.deadline = 1
        server.sweep()
        let answer = try server.received()
        #expect(answer.hasPrefix("HTTP/1.1 408 ") && answer.contains("Connection: close\r\n"))
        #expect(server.isHalfClosed)
        #expect(server.world.isQuiet && server.world.records.ended == 1)
    }

    @Test func `the deadline of a head runs from its first byte, and that of an idle connection closes it silently`()
        throws
    {
        var limits = EdgeLimits()
        limits.headerTimeout = 1_000_000_000_000
        limits.keepAliveTimeout = 1
        let server = try ServerDouble(limits: limits)
        try server.send("GET /op")
        server.sweep()
        #expect(!server.isClosed)
        try server.send("en/a HTTP/1.1\r\nHost: a\r\n\r\n")
        try server.answer()
        _ = try server.received()
        server.sweep()
        #expect(server.isClosed)
        #expect(try server.received().isEmpty)
    }

    @Test func `a connection on which nothing arrives is closed after the time for a head`() throws {
        var limits = EdgeLimits()
        limits.headerTimeout = 1
        let server = try ServerDouble(limits: limits)
        server.sweep()
        #expect(server.isClosed)
        #expect(server.world.records.begun == 0)
    }

    @Test func `a cut answer is never completed`() throws {
        for (head, framing) in [
            ("HTTP/1.1 200 OK\r\n\r\n", "chunked"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "Content-Length: 9"),
        ] {
            let server = try ServerDouble()
            try server.send(Self.get)
            try server.turn { app in
                app.answer(head)
                app.download(wire("abc"))
                app.fail(.closedMidBody)
            }
            let answer = try server.received()
            #expect(answer.contains(framing) && answer.contains("abc") && !answer.contains("0\r\n\r\n"))
            #expect(server.isClosed)
            #expect(server.world.isQuiet)
        }
    }
}

/// Notes the largest write.
private final class WriteGauge: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private(set) var largest = 0

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let buffer = self.unwrapOutboundIn(data)
        self.largest = max(self.largest, buffer.readableBytes)
        context.write(self.wrapOutboundOut(buffer), promise: promise)
    }
}

/// Lets nothing out.
private final class WriteGate: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private var promises: [EventLoopPromise<Void>] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if let promise { self.promises.append(promise) }
    }

    func flush(context: ChannelHandlerContext) {}

    func handlerRemoved(context: ChannelHandlerContext) {
        for promise in self.promises { promise.fail(ChannelError.ioOnClosedChannel) }
    }
}
