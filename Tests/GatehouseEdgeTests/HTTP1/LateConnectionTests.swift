import GatehouseCore
import NIOCore
import NIOEmbedded
import Testing

@testable import GatehouseEdge

/// Connections that are set up on a loop that already drains.
@Suite struct LateConnectionTests {
    @Test func `a connection that is set up while the loop drains is served once and told to close`() throws {
        let server = try LateServer()
        try server.send("GET /closed HTTP/1.1\r\nHost: a\r\n\r\n")
        let text = try server.received()
        #expect(text.hasPrefix("HTTP/1.1 401 ") && text.contains("\r\nConnection: close\r\n"))
        #expect(!server.channel.isActive)
    }

    @Test func `a connection that is set up while the loop drains and says nothing is closed within a second`() throws {
        let server = try LateServer()
        #expect(server.connection.deadline <= server.world.loop.now &+ 1_000_000_000)
        server.connection.deadline = 1
        server.world.loop.sweep()
        server.channel.embeddedEventLoop.run()
        #expect(!server.channel.isActive && server.world.loop.activity.connections == 0)
    }
}

/// A client's connection on a loop that drains.
private final class LateServer {
    let world: EdgeWorld
    let channel = EmbeddedChannel()
    let connection: HTTP1ServerConnection

    init() throws {
        world = try EdgeWorld(upstream: MemoryUpstream())
        world.loop.drain()
        connection = HTTP1ServerConnection(
            loop: world.loop,
            pipeline: world.pipeline,
            settings: HTTP1ServerSettings(
                limits: EdgeLimits(),
                reservedNames: [],
                counter: ConnectionCounter(limit: 10)
            ),
            peer: Peer(address: wire("192.0.2.1"), isTrusted: false),
            isSecure: false
        )
        try channel.pipeline.syncOperations.addHandler(connection)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func send(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(bytes: wire(text)))
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.run()
    }

    func received() throws -> String {
        var bytes: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytesView }
        return wireText(bytes)
    }
}
