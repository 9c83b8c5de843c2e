import NIOCore
import NIOPosix
import Synchronization

@testable import GatehouseEdge

/// A loop whose answers to scrapes the test gives.
final class FakeWorker: Sendable {
    let heartbeat = LoopHeartbeat()
    private let loop: any EventLoop
    private let asked = Mutex<[EventLoopPromise<MetricsSnapshot>]>([])

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// How many questions have no answer yet.
    var waiting: Int {
        self.asked.withLock { $0.count }
    }

    /// Answers the oldest question with so many accepted connections.
    func answer(accepted: Int) {
        let metrics = LoopMetrics(routeCount: 2, upstreamCount: 2)
        for _ in 0..<accepted {
            metrics.connectionAccepted()
        }
        self.asked.withLock { $0.removeFirst() }.succeed(metrics.snapshot())
    }

    /// Fails the oldest question.
    func fail() {
        self.asked.withLock { $0.removeFirst() }.fail(EventLoopError.shutdown)
    }

    var worker: AdminWorker {
        AdminWorker(heartbeat: self.heartbeat) {
            let promise = self.loop.makePromise(of: MetricsSnapshot.self)
            self.asked.withLock { $0.append(promise) }
            return promise.futureResult
        }
    }
}

/// What an admin listener answered.
struct AdminReply {
    let text: String

    var status: Int? {
        Int(self.text.split(separator: " ", maxSplits: 2).dropFirst().first ?? "")
    }

    var head: String {
        self.text.components("\r\n\r\n").first ?? ""
    }

    var body: String {
        self.text.components("\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
    }

    func hasLine(_ line: String) -> Bool {
        self.head.components("\r\n").contains(line)
    }
}

extension String {
    /// The parts between separators.
    fileprivate func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}

extension AdminContent {
    /// A ready gate with the given loops.
    static func ready(_ workers: [AdminWorker], lifecycle: LifecycleState = LifecycleState()) -> AdminContent {
        lifecycle.advance(to: .ready)
        return AdminContent(lifecycle: lifecycle, workers: workers, names: RecordFixtures.names) {
            GateFacts(version: "1.2.3", configurationReadAt: 1_700_000_000)
        }
    }
}

extension AdminServer {
    /// Sends bytes and reads until the listener closes the connection.
    func exchange(_ request: String) async throws -> AdminReply {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .connect(host: "127.0.0.1", port: self.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var answer = ByteBuffer()
            for try await part in inbound {
                answer.writeImmutableBuffer(part)
            }
            return AdminReply(text: String(buffer: answer))
        }
    }

    /// Asks for a path and closes.
    func get(_ path: String, method: String = "GET") async throws -> AdminReply {
        try await self.exchange("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    }
}
