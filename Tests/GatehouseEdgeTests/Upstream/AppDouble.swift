import GatehouseCore
import NIOCore
import NIOEmbedded
import Testing

@testable import GatehouseEdge

/// A client in memory, and connections to an app without sockets behind it.
final class AppDouble {
    let connections = EmbeddedConnections()
    let world: EdgeWorld

    init(limits: EdgeLimits = EdgeLimits(), timings: UpstreamTimings = UpstreamTimings()) throws {
        self.world = try EdgeWorld(upstream: self.connections, limits: limits, timings: timings)
        self.connections.timings = timings
    }

    /// The last connection that was opened.
    var last: AppChannel {
        get throws { try #require(self.connections.opened.last) }
    }

    /// A client sends a request; one turn of the loop passes.
    func request(_ text: String = "GET /open/a HTTP/1.1\r\nHost: a\r\n\r\n") -> MemoryClient {
        let client = MemoryClient(text, in: self.world)
        self.world.loop.flush()
        return client
    }

    /// A request that is answered and leaves its connection to the pool.
    func served() throws {
        let client = self.request()
        try self.last.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        client.take(2)
    }

    /// The answer's content leaves.
    func take(_ client: MemoryClient, _ count: Int = .max) {
        client.take(count)
        self.world.loop.flush()
    }
}

/// Opens connections in channels without sockets, or takes idle ones from a real pool.
final class EmbeddedConnections: Upstream {
    var timings = UpstreamTimings()
    /// Another app than the usual one.
    var target: UpstreamTarget?
    /// Whether a new connection is established at once.
    var connectsAtOnce = true
    private(set) var opened: [AppChannel] = []
    private var madePool: UpstreamPool?

    var pool: UpstreamPool {
        if let madePool { return madePool }
        let target =
            self.target
            ?? UpstreamTarget(
                name: "app",
                address: .host("127.0.0.1", port: 1),
                authority: "app.example.com",
                timings: self.timings
            )
        let pool = UpstreamPool(target: target, index: 0, eventLoop: EmbeddedEventLoop())
        self.madePool = pool
        return pool
    }

    func open(_ request: OutboundRequest, for exchange: Exchange, fresh: Bool) -> any AppStream {
        let pool = self.pool
        if !fresh, pool.idleCount > 0 { return pool.open(request, for: exchange, fresh: false) }
        let connection = HTTP1ClientConnection(pool: pool, loop: exchange.loop, target: pool.target)
        connection.begin(request, for: exchange)
        let channel = AppChannel(connection)
        self.opened.append(channel)
        if self.connectsAtOnce { channel.connect() }
        return connection
    }
}

/// The app's end of one connection.
final class AppChannel {
    let connection: HTTP1ClientConnection
    let channel = EmbeddedChannel()

    init(_ connection: HTTP1ClientConnection) {
        self.connection = connection
    }

    func connect() {
        do {
            try self.channel.pipeline.syncOperations.addHandler(self.connection)
            try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        } catch {
            Issue.record(error)
        }
    }

    /// The app sends text; one turn of the loop passes.
    func send(_ text: String) throws {
        try self.send(wire(text))
    }

    func send(_ bytes: [UInt8]) throws {
        guard self.channel.isActive else { return }
        try self.channel.writeInbound(ByteBuffer(bytes: bytes))
        self.channel.pipeline.fireChannelReadComplete()
        self.channel.embeddedEventLoop.run()
    }

    /// The app closes the connection.
    func close() throws {
        _ = try self.channel.finish(acceptAlreadyClosed: true)
    }

    /// The connection breaks.
    func reset() {
        self.channel.pipeline.fireErrorCaught(ChannelError.ioOnClosedChannel)
        self.channel.embeddedEventLoop.run()
    }

    /// What the app has received since this was asked last.
    func received() throws -> String {
        var bytes: [UInt8] = []
        while let buffer = try self.channel.readOutbound(as: ByteBuffer.self) {
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return wireText(bytes)
    }

    func setWritable(_ isWritable: Bool) {
        self.channel.isWritable = isWritable
        self.channel.pipeline.fireChannelWritabilityChanged()
        self.channel.embeddedEventLoop.run()
    }

    var isClosed: Bool { !self.channel.isActive }

    /// Whether the socket is not read for the time being.
    var isPaused: Bool {
        for entry in self.channel.options {
            if entry.option is ChannelOptions.Types.AutoReadOption { return !(entry.value as? Bool ?? true) }
        }
        return false
    }
}
