import NIOCore
import NIOPosix
import Synchronization

/// An app on a real socket that answers each request as a script says.
final class LoopbackApp: Sendable {
    /// What the app does about a request.
    struct Reply: Sendable {
        var bytes: [UInt8]
        /// Whether it closes behind them.
        var closes = false

        init(_ text: String, closes: Bool = false) {
            self.bytes = wire(text)
            self.closes = closes
        }
    }

    /// Answers the request that the bytes are, on the connection of the number; nil while it is not complete.
    typealias Script = @Sendable (_ connection: Int, _ request: [UInt8]) -> Reply?

    private let channel: any Channel
    private let log: Log

    /// What happened, told by any thread.
    final class Log: Sendable {
        private let state = Mutex((connections: 0, requests: 0, closed: 0))

        func connected() -> Int {
            self.state.withLock {
                $0.connections += 1; return $0.connections
            }
        }
        func requested() { self.state.withLock { $0.requests += 1 } }
        func closed() { self.state.withLock { $0.closed += 1 } }
        var counts: (connections: Int, requests: Int, closed: Int) { self.state.withLock { $0 } }
    }

    private init(channel: any Channel, log: Log) {
        self.channel = channel
        self.log = log
    }

    static func start(path: String? = nil, _ script: @escaping Script) async throws -> LoopbackApp {
        let log = Log()
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptedHandler(log, script))
                }
            }
        let channel =
            if let path {
                try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
            } else {
                try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            }
        return LoopbackApp(channel: channel, log: log)
    }

    var port: Int { self.channel.localAddress?.port ?? 0 }
    var counts: (connections: Int, requests: Int, closed: Int) { self.log.counts }

    func stop() async {
        try? await self.channel.close()
    }
}

private final class ScriptedHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: LoopbackApp.Log
    private let script: LoopbackApp.Script
    private let number: Int
    private var request: [UInt8] = []

    init(_ log: LoopbackApp.Log, _ script: @escaping LoopbackApp.Script) {
        self.log = log
        self.script = script
        self.number = log.connected()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.request += self.unwrapInboundIn(data).readableBytesView
        guard let reply = self.script(self.number, self.request) else { return }
        self.request = []
        self.log.requested()
        let written = context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: reply.bytes)))
        guard reply.closes else { return }
        written.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.log.closed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
