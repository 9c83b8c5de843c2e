import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A client's TLS connection that collects what comes.
final class TLSEdgeClient: Sendable {
    private let channel: any Channel
    private let received: Received

    private init(_ channel: any Channel, _ received: Received) {
        self.channel = channel
        self.received = received
    }

    static func connect(to port: Int) async throws -> TLSEdgeClient {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // The certificate is of this test and nobody's secrets go over the connection.
        configuration.certificateVerification = .none
        let context = try NIOSSLContext(configuration: configuration)
        let received = Received()
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
                    try channel.pipeline.syncOperations.addHandlers(tls, Collector(received))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return TLSEdgeClient(channel, received)
    }

    func send(_ text: String, content: [UInt8] = []) async throws {
        var buffer = ByteBuffer(string: text)
        buffer.writeBytes(content)
        try await self.channel.writeAndFlush(buffer)
    }

    /// The content of the next answer, or nil if none comes in time.
    func answer() async throws -> String? {
        var answer: String?
        _ = await eventually {
            answer = self.received.next()
            return answer != nil
        }
        return answer
    }

    /// Sends a request and waits for its answer.
    func ask(_ path: String, content: [UInt8] = []) async throws -> String? {
        let method = content.isEmpty ? "GET" : "POST"
        try await self.send(
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(content.count)\r\n\r\n",
            content: content
        )
        return try await self.answer()
    }

    func close() async {
        try? await self.channel.close()
    }
}

/// What came over a connection and was not taken yet.
private final class Received: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func append(_ buffer: ByteBuffer) {
        self.bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) }
    }

    func next() -> String? {
        self.bytes.withLock { bytes in
            guard let message = PlainMessage(bytes[...]) else { return nil }
            bytes.removeFirst(message.count)
            return String(decoding: message.content, as: UTF8.self)
        }
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let received: Received

    init(_ received: Received) {
        self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.received.append(self.unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
