import Foundation
import GatehouseCore
import GatehouseCrypto
import NIOCore
import NIOPosix
import NIOSSL

@testable import GatehouseEdge

/// The edge behind TLS on real sockets, in front of an app that tells what it got.
struct TLSEdge {
    let server: GateServer
    let port: Int

    /// Starts both, runs `body` and ends both.
    static func run(workers: Int = 2, _ body: (TLSEdge) async throws -> Void) async throws {
        let app = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(TellingApp()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = try await GateServer.start(try self.configuration(workers, app: app.localAddress?.port ?? 0))
        let port = server.addresses.first.flatMap { $0.split(separator: ":").last }.flatMap { Int($0) }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(TLSEdge(server: server, port: port ?? 0)))
        } catch {
            result = .failure(error)
        }
        await server.stop()
        try await app.close()
        try result.get()
    }

    /// Opens a connection, whose handshake has begun.
    func connect() async throws -> TLSEdgeClient {
        try await TLSEdgeClient.connect(to: self.port)
    }

    private static func configuration(_ workers: Int, app: Int) throws -> EdgeConfiguration {
        let folder = try LogFolder()
        let identity = try DevelopmentCertificates.make(names: ["localhost"], addresses: ["127.0.0.1"], days: 1)
        let (chain, key) = (folder.file("chain.pem"), folder.file("key.pem"))
        try Data(identity.chain).write(to: URL(fileURLWithPath: chain))
        try identity.key.reveal { bytes in
            try Data(bytes.indices.map { bytes[$0] }).write(to: URL(fileURLWithPath: key))
        }
        let tls = try ServerTLS.context(
            [ServerTLS.Identity(chainPath: chain, keyPath: key, names: ["localhost"])],
            requiresTLS13: false,
            protocols: ["http/1.1"]
        )
        let address = UpstreamTarget.Address.host("127.0.0.1", port: app)
        return EdgeConfiguration(
            workers: workers,
            listeners: [EdgeConfiguration.Listener(host: "127.0.0.1", port: 0, tls: tls)],
            limits: EdgeLimits(),
            upstreams: [UpstreamTarget(name: "app", address: address, authority: "app", timings: UpstreamTimings())],
            pipeline: try EdgeWorld(upstream: MemoryUpstream()).pipeline,
            correlation: Correlation(trustedProxies: .empty),
            reservedNames: [],
            names: RecordNames(routes: ["open", "closed"], upstreams: ["app"], issuers: []),
            accessLog: nil
        )
    }
}

/// An app that tells the path, the content's length and its sum, and then as many `a` as the path ends with.
private final class TellingApp: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var input: [UInt8] = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.input.append(contentsOf: self.unwrapInboundIn(data).readableBytesView)
        while let request = PlainMessage(self.input[...]) {
            self.input.removeFirst(request.count)
            let path = request.head.split(separator: " ").dropFirst().first ?? ""
            let size = path.split(separator: "/").last.flatMap { Int($0) } ?? 0
            let content = TLSEdge.told(String(path), request.content) + String(repeating: "a", count: size)
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(content.utf8.count)\r\n\r\n\(content)"
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }
    }
}

extension TLSEdge {
    /// What the app tells about a request.
    static func told(_ path: String, _ content: [UInt8]) -> String {
        "\(path) \(content.count) \(content.reduce(0) { $0 &* 31 &+ UInt32($1) })\n"
    }
}

/// A request or an answer with a length, cut out of a stream.
struct PlainMessage {
    let head: String
    let content: [UInt8]
    let count: Int

    /// Reads the message that the bytes begin with; nil if it is not complete.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let length = head.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
        guard bytes.endIndex - end.upperBound >= length else { return nil }
        self.head = head
        self.content = Array(bytes[end.upperBound..<end.upperBound + length])
        self.count = end.upperBound + length - bytes.startIndex
    }
}
