import GatehouseCore
import NIOCore
import NIOEmbedded

@testable import GatehouseEdge

/// A client's connection without a socket, in front of an app in memory.
final class ServerDouble {
    let upstream = MemoryUpstream()
    let world: EdgeWorld
    let channel = EmbeddedChannel()
    let connection: HTTP1ServerConnection
    private let closes = CloseRecorder()

    init(
        requestBody: Int = 1_000_000,
        limits: EdgeLimits = EdgeLimits(),
        timings: UpstreamTimings = UpstreamTimings(),
        reservedNames: [String] = ["x-user-id"]
    ) throws {
        self.world = try EdgeWorld(upstream: self.upstream, requestBody: requestBody, limits: limits, timings: timings)
        self.connection = HTTP1ServerConnection(
            loop: self.world.loop,
            pipeline: self.world.pipeline,
            settings: HTTP1ServerSettings(
                limits: limits,
                reservedNames: reservedNames,
                counter: ConnectionCounter(limit: 10)
            ),
            peer: Peer(address: wire("192.0.2.1"), isTrusted: false),
            isSecure: false
        )
        try self.channel.pipeline.syncOperations.addHandlers(self.closes, self.connection)
        try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    /// The client sends text; one turn of the loop passes.
    func send(_ text: String) throws {
        try self.send(wire(text))
    }

    func send(_ bytes: [UInt8]) throws {
        guard !self.isClosed else { return }
        try self.channel.writeInbound(ByteBuffer(bytes: bytes))
        self.channel.pipeline.fireChannelReadComplete()
        self.channel.embeddedEventLoop.run()
    }

    /// Lets the app do something and passes one turn of the loop.
    func turn(_ body: (MemoryApp) throws -> Void) throws {
        guard let app = self.upstream.last else { throw NoStream() }
        try body(app)
        self.flush()
    }

    /// Makes the channel take writes, or not.
    func setWritable(_ isWritable: Bool) {
        self.channel.isWritable = isWritable
        self.channel.pipeline.fireChannelWritabilityChanged()
        self.channel.embeddedEventLoop.run()
    }

    func flush() {
        self.world.loop.flush()
        self.channel.embeddedEventLoop.run()
    }

    func sweep() {
        self.world.loop.sweep()
        self.channel.embeddedEventLoop.run()
    }

    /// The app answers with a whole answer.
    func answer(_ content: String = "ok", lines: String = "") throws {
        try self.turn { app in
            app.answer(
                "HTTP/1.1 200 OK\r\n\(lines)Content-Length: \(content.utf8.count)\r\n\r\n",
                ends: content.isEmpty
            )
            guard !content.isEmpty else { return }
            app.download(wire(content))
            app.endAnswer()
        }
    }

    /// What the client has received since this was asked last, without the lines that change with every request.
    func received() throws -> String {
        var bytes: [UInt8] = []
        while let buffer = try self.channel.readOutbound(as: ByteBuffer.self) {
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        let lines = wireText(bytes).replacingEach("X-Request-Id: ").replacingEach("Date: ")
        return lines
    }

    /// Whether the connection is closed, or only our side of it.
    var isClosed: Bool { !self.channel.isActive }
    var isHalfClosed: Bool { self.closes.isOutputClosed && !self.isClosed }
    /// Whether the socket is not read for the time being.
    var isPaused: Bool {
        for entry in self.channel.options {
            if entry.option is ChannelOptions.Types.AutoReadOption { return !(entry.value as? Bool ?? true) }
        }
        return false
    }

    struct NoStream: Error {}
}

/// An embedded channel cannot close one side; this notes that it was asked to.
private final class CloseRecorder: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private(set) var isOutputClosed = false

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard case .output = mode else { return context.close(mode: mode, promise: promise) }
        self.isOutputClosed = true
        promise?.succeed()
    }
}

extension String {
    /// The text without the lines that begin so.
    fileprivate func replacingEach(_ start: String) -> String {
        // CR LF is one character to a String, so lines are taken apart as scalars.
        var lines = self.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        lines.removeAll { $0.hasPrefix(start) }
        return lines.joined(separator: "\n")
    }
}
