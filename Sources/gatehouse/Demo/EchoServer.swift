internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The app of the demo: tells in JSON what reached it, on a free loopback port and a loop of its own.
final class EchoServer: Sendable {
    /// The port that it listens on.
    let port: Int

    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel

    private init(group: MultiThreadedEventLoopGroup, channel: any Channel, port: Int) {
        self.group = group
        self.channel = channel
        self.port = port
    }

    /// Starts it; throws if there is no free port.
    static func start() async throws(CommandFailure) -> EchoServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 256)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                        try channel.pipeline.syncOperations.addHandler(EchoHandler())
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            return EchoServer(group: group, channel: channel, port: channel.localAddress?.port ?? 0)
        } catch {
            try? await group.shutdownGracefully()
            throw CommandFailure(code: 1, message: "the echo app cannot be started: \(error)")
        }
    }

    /// Ends it with all its connections.
    func stop() async {
        try? await self.channel.close()
        try? await self.group.shutdownGracefully()
    }
}
