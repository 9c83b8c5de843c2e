internal import NIOCore
internal import NIOHTTP1

/// One connection of the admin listener: reads requests one after the other and writes the endpoints' answers.
///
/// A connection gets so much patience from one whole request to the next, which bounds idle, slow and stopped clients alike.
final class AdminHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// The most bytes of a target and header fields.
    static let headLimit = 8 * 1024
    /// The most bytes of a body, which is not read.
    static let bodyLimit = 64 * 1024

    private let endpoints: AdminEndpoints
    private let patience: TimeAmount
    private var head: HTTPRequestHead?
    private var bodySize = 0
    private var isClosing = false
    private var deadline: Scheduled<Void>?

    init(_ endpoints: AdminEndpoints, patience: TimeAmount = .seconds(10)) {
        self.endpoints = endpoints
        self.patience = patience
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { self.restartDeadline(context, self.patience) }
    }

    func channelActive(context: ChannelHandlerContext) {
        self.restartDeadline(context, self.patience)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.deadline?.cancel()
        self.isClosing = true
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isClosing else { return }
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.begin(head, context)
        case .body(let body):
            self.bodySize += body.readableBytes
            if self.bodySize > AdminHandler.bodyLimit { self.refuse(413, "body too large", context) }
        case .end:
            self.restartDeadline(context, self.patience)
            self.answer(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, !self.isClosing, self.head == nil else {
            self.isClosing = true
            context.close(promise: nil)
            return
        }
        self.refuse(400, "bad request", context)
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.head = head
        self.bodySize = 0
        let size = head.headers.reduce(head.uri.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        if size > AdminHandler.headLimit { self.refuse(431, "request header fields too large", context) }
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let head = self.head else { return }
        self.head = nil
        self.endpoints.answer(method: head.method.rawValue, target: head.uri)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(var answer):
                    answer.closesConnection = answer.closesConnection || !head.isKeepAlive
                    self.write(answer, isHead: head.method == .HEAD, context)
                case .failure:
                    self.refuse(500, "internal error", context)
                }
            }
    }

    private func refuse(_ status: Int, _ text: String, _ context: ChannelHandlerContext) {
        self.head = nil
        self.write(AdminAnswer(status, text, closesConnection: true), isHead: false, context)
    }

    private func write(_ answer: AdminAnswer, isHead: Bool, _ context: ChannelHandlerContext) {
        guard !self.isClosing else { return }
        self.isClosing = answer.closesConnection
        var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status))
        head.headers = [
            "Content-Type": answer.contentType,
            "Content-Length": "\(answer.content.count)",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        ]
        if let allow = answer.allow { head.headers.add(name: "Allow", value: allow) }
        if answer.closesConnection { head.headers.add(name: "Connection", value: "close") }
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        if !isHead {
            let body = context.channel.allocator.buffer(bytes: answer.content)
            context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        let written = context.writeAndFlush(self.wrapOutboundOut(.end(nil)))
        if answer.closesConnection {
            written.assumeIsolated().whenComplete { _ in self.linger(context) }
        }
    }

    /// Closes this side only and discards what still comes for a second: a reset because of unread bytes could take the
    /// answer away from the client (RFC 9112 section 9.6).
    private func linger(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        self.restartDeadline(context, .seconds(1))
    }

    private func restartDeadline(_ context: ChannelHandlerContext, _ patience: TimeAmount) {
        self.deadline?.cancel()
        self.deadline = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
            self.isClosing = true
            context.close(promise: nil)
        }
    }
}
