internal import GatehouseCore
internal import NIOCore
internal import NIOHTTP1

/// Answers each request with what it was: method, path, every header field, and the length of the body.
final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var head: HTTPRequestHead?
    private var bodyCount = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            self.bodyCount = 0
        case .body(let part):
            self.bodyCount += part.readableBytes
        case .end:
            guard let head = self.head else { return }
            self.head = nil
            self.answer(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let content = self.document(head)
        let isKept = head.isKeepAlive
        var fields: HTTPHeaders = ["Content-Type": "application/json", "Content-Length": "\(content.count)"]
        if !isKept { fields.add(name: "Connection", value: "close") }
        let answer = HTTPResponseHead(version: .http1_1, status: .ok, headers: fields)
        context.write(self.wrapOutboundOut(.head(answer)), promise: nil)
        if head.method != .HEAD {
            context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: content)))), promise: nil)
        }
        let done = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: done)
        guard !isKept else { return }
        let channel = context.channel
        done.futureResult.whenComplete { _ in channel.close(promise: nil) }
    }

    /// JSON over several lines, for people who read it in a terminal.
    private func document(_ head: HTTPRequestHead) -> [UInt8] {
        let fields = Self.fields(head.headers).map { "    \($0)" }
        let text = """
            {
              "method": \(Self.quoted(head.method.rawValue)),
              "path": \(Self.quoted(head.uri)),
              "headers": {
            \(fields.joined(separator: ",\n"))
              },
              "body_bytes": \(self.bodyCount)
            }

            """
        return Array(text.utf8)
    }

    /// The members of `headers`: a text, or an array of texts for a field that has several lines.
    private static func fields(_ headers: HTTPHeaders) -> [String] {
        var seen: Set<String> = []
        return headers.compactMap { name, _ in
            guard seen.insert(name.lowercased()).inserted else { return nil }
            let values = headers[name].map(Self.quoted)
            return "\(Self.quoted(name)): " + (values.count == 1 ? values[0] : "[\(values.joined(separator: ", "))]")
        }
    }

    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
