internal import ArgumentParser
internal import GatehouseConfig
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// `healthcheck`: asks the running process whether it is ready, for containers that have no curl.
struct HealthcheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck",
        abstract: "Ask the running process whether it is ready (GET /readyz on its admin address).",
        discussion: "Exit codes: 0 ready, 1 not ready or not there, 78 bad configuration."
    )

    @OptionGroup var configuration: ConfigurationOption

    func run() async throws {
        let settings = try self.configuration.load().settings
        guard let address = settings.admin?.address else {
            throw CommandFailure(code: 1, message: "\(settings.file) has no `admin` address to ask")
        }
        guard address.port != 0 else {
            throw CommandFailure(code: 1, message: "the `admin` address has no fixed port to ask")
        }
        let status: Int
        do {
            status = try await Self.ask(address)
        } catch {
            throw CommandFailure(code: 1, message: "nothing answers on \(address.text)")
        }
        guard status == 200 else { throw CommandFailure(code: 1, message: "not ready: /readyz is \(status)") }
        StandardOutput.line("ready")
    }

    /// Asks once and returns the status; throws if there is none within a few seconds.
    private static func ask(_ address: ListenAddress) async throws -> Int {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: Int.self)
        let deadline = loop.scheduleTask(in: .seconds(3)) { answer.fail(ChannelError.connectTimeout(.seconds(3))) }
        defer { deadline.cancel() }
        do {
            let channel = try await Self.connect(address, loop, answer)
            Self.send(address, channel)
        } catch {
            // A promise must be kept or broken, also when nobody will ask.
            answer.fail(error)
        }
        return try await answer.futureResult.get()
    }

    private static func connect(
        _ address: ListenAddress,
        _ loop: any EventLoop,
        _ answer: EventLoopPromise<Int>
    ) async throws -> any Channel {
        try await ClientBootstrap(group: loop)
            .connectTimeout(.seconds(2))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(StatusReader(answer))
                }
            }
            .connect(host: Self.reachable(address.host), port: Int(address.port)).get()
    }

    private static func send(_ address: ListenAddress, _ channel: any Channel) {
        let head = HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: "/readyz",
            headers: ["Host": address.text, "Connection": "close"]
        )
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    /// Nobody connects to an address that means all of them.
    private static func reachable(_ host: String) -> String {
        switch host {
        case "0.0.0.0": "127.0.0.1"
        case "::": "::1"
        default: host
        }
    }
}

/// Takes the status of the first answer.
private final class StatusReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let answer: EventLoopPromise<Int>

    init(_ answer: EventLoopPromise<Int>) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = self.unwrapInboundIn(data) else { return }
        self.answer.succeed(Int(head.status.code))
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.answer.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.answer.fail(ChannelError.eof)
        context.fireChannelInactive()
    }
}
