import NIOCore
import NIOPosix
import Synchronization

/// A client on a real socket.
final class LoopbackClient: Sendable {
    private let channel: any Channel
    private let received: Received

    /// What has arrived so far.
    final class Received: Sendable {
        private let state = Mutex((bytes: [UInt8](), hasEnded: false))

        func append(_ bytes: some Sequence<UInt8>) { self.state.withLock { $0.bytes.append(contentsOf: bytes) } }
        func end() { self.state.withLock { $0.hasEnded = true } }
        var hasEnded: Bool { self.state.withLock { $0.hasEnded } }
        var bytes: [UInt8] { self.state.withLock { $0.bytes } }

        /// Takes an answer with a length off the front, if it is there.
        func takeAnswer() -> (status: Int, content: [UInt8])? {
            self.state.withLock { state in
                guard let end = Received.endOfHead(state.bytes) else { return nil }
                let head = wireText(state.bytes[..<end])
                let length = Received.number(behind: "Content-Length: ", in: head) ?? 0
                guard state.bytes.count >= end + length else { return nil }
                let content = Array(state.bytes[end..<(end + length)])
                state.bytes.removeFirst(end + length)
                return (Received.number(behind: "HTTP/1.1 ", in: head) ?? 0, content)
            }
        }

        private static func endOfHead(_ bytes: [UInt8]) -> Int? {
            guard bytes.count >= 4 else { return nil }
            for index in 0...(bytes.count - 4) where bytes[index..<(index + 4)].elementsEqual([13, 10, 13, 10]) {
                return index + 4
            }
            return nil
        }

        private static func number(behind name: String, in head: String) -> Int? {
            guard let range = head.firstRange(of: name) else { return nil }
            return Int(
                String(
                    String.UnicodeScalarView(
                        head[range.upperBound...].unicodeScalars.prefix { ("0"..."9").contains($0) }
                    )
                )
            )
        }
    }

    private init(channel: any Channel, received: Received) {
        self.channel = channel
        self.received = received
    }

    static func connect(to port: Int, readsAtOnce: Bool) async throws -> LoopbackClient {
        let received = Received()
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.autoRead, value: readsAtOnce)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ReceivingHandler(received))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return LoopbackClient(channel: channel, received: received)
    }

    func send(_ bytes: [UInt8]) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// From now on what arrives is read.
    func startReading() async throws {
        try await self.channel.setOption(.autoRead, value: true).get()
        self.channel.read()
    }

    /// Waits for one answer with a length: its status and content.
    func answer() async throws -> (status: Int, content: [UInt8]) {
        let deadline = ContinuousClock.now + .seconds(90)
        while ContinuousClock.now < deadline {
            if let answer = self.received.takeAnswer() { return answer }
            // house: the interval of a poll that has a deadline.
            try await Task.sleep(for: .milliseconds(2))
        }
        throw NoAnswer(received: wireText(self.received.bytes.prefix(500)))
    }

    /// Waits until the other side closes, and tells what it sent.
    func rest() async throws -> [UInt8] {
        let received = self.received
        guard await eventually({ received.hasEnded }) else {
            throw NoAnswer(received: wireText(received.bytes.prefix(500)))
        }
        return self.received.bytes
    }

    func close() async {
        try? await self.channel.close()
    }

    struct NoAnswer: Error {
        let received: String
    }
}

private final class ReceivingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let received: LoopbackClient.Received

    init(_ received: LoopbackClient.Received) {
        self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.received.append(self.unwrapInboundIn(data).readableBytesView)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.received.end()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { self.received.end() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
