internal import GatehouseCore
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// A connection to an upstream app that speaks HTTP/1.1: one stream at a time (RFC 9112).
///
/// What the app sends is read as strictly as what a client sends; a connection over which the two ends could disagree is closed and
/// never used again (security H-42, H-50). Confined to its loop.
final class HTTP1ClientConnection: ChannelInboundHandler, AppStream, LoopConnection {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State {
        /// Not connected yet; what is sent gathers in `output`.
        case connecting
        /// Carrying a request.
        case busy
        /// Waiting for one.
        case idle
        case closed
    }

    let loop: LoopContext
    var slot = -1
    var isClient: Bool { false }

    let target: UpstreamTarget
    let index: Int
    let pool: UpstreamPool
    /// The exchange that is served; let go when either side is done with the other.
    var exchange: Exchange?
    var context: ChannelHandlerContext?
    /// The channel from the moment it exists, also while the handshake goes on.
    private var channel: (any Channel)?
    var state = State.connecting
    var deadline = UInt64.max

    private var output: ByteBuffer?
    private var writer = HTTP1RequestWriter()
    var requestHasEnded = false
    /// Bytes of the request's content written since credit was last given.
    private var written = 0

    var input = ByteBuffer()
    var parser = ResponseHeadParser()
    var response: ResponseHead?
    var body = BodyReader.none
    var isReadingBody = false
    var interimAnswers = 0
    var requestCount = 0
    var hasReceived = false
    var method = Method.get
    /// Bytes of the answer's content that nobody has taken yet.
    var unconsumed = 0
    var isPaused = false
    var isProcessing = false
    /// Whether a piece of content is being written, which must not be interrupted by the next.
    private var isSending = false
    private var isDirty = false
    /// Whether the channel takes more; kept up to date by its events, since asking it costs more than remembering.
    private var isWritable = true
    /// Whether the metrics count the connection as open.
    var isCounted = false
    var sawError: UpstreamFault?
    /// Whether the app has closed; what it sent before may still wait for credit.
    var inputHasEnded = false

    init(pool: UpstreamPool, loop: LoopContext, target: UpstreamTarget) {
        self.pool = pool
        self.index = pool.index
        self.loop = loop
        self.target = target
    }

    // MARK: Requests

    /// Starts a request; the connection is fresh or idle.
    func begin(_ request: OutboundRequest, for exchange: Exchange) {
        self.exchange = exchange
        self.method = request.head.method
        self.requestHasEnded = false
        self.requestCount += 1
        self.hasReceived = false
        self.interimAnswers = 0
        self.isReadingBody = false
        self.written = 0
        self.unconsumed = 0
        self.parser = ResponseHeadParser()
        if case .idle = self.state {
            self.state = .busy
            self.deadline = .max
        } else {
            self.deadline = self.loop.now &+ self.target.timings.connectTimeout
        }
        self.withOutput { self.writer.write(request, authority: self.target.authority, to: &$0) }
    }

    func send(body: ByteBuffer) {
        self.isSending = true
        defer { self.isSending = false }
        // A piece this small is never held on to: `IdleTLSBuffers` counts on it.
        if self.context == nil || body.readableBytes <= HTTP1AnswerWriter.copyLimit {
            self.withOutput { self.writer.writeSmall(body, to: &$0) }
        } else {
            self.withOutput { self.writer.writePrefix(of: body, to: &$0) }
            guard let context = self.context else { return }
            if let output = self.output, output.readableBytes > 0 {
                self.output = nil
                context.write(self.wrapOutboundOut(output), promise: nil)
            }
            context.write(self.wrapOutboundOut(body), promise: nil)
            self.withOutput { self.writer.writeSuffix(to: &$0) }
        }
        self.written += body.readableBytes
    }

    func end() {
        guard !self.requestHasEnded else { return }
        self.requestHasEnded = true
        self.withOutput { self.writer.writeEnd(to: &$0) }
    }

    func abort() {
        self.exchange = nil
        self.close()
    }

    func consumed(_ bytes: Int) {
        self.unconsumed -= bytes
        guard self.unconsumed <= EdgeLimits.window else { return }
        self.process()
    }

    /// The connection could not be made.
    func connectFailed(_ fault: UpstreamFault) {
        guard self.state != .closed else { return }
        self.fail(fault)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        if self.slot < 0 { self.loop.add(self) }
        self.channel = context.channel
        if context.channel.isActive, self.target.tls == nil { self.connected(context) }
    }

    /// Whether the channel is the one in use: for a name with several addresses some are tried side by side, and one is kept.
    private func isCurrent(_ context: ChannelHandlerContext) -> Bool {
        self.channel === context.channel
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        guard self.isCurrent(context) else { return }
        self.context = nil
        self.channel = nil
        self.loop.remove(self)
    }

    func channelActive(context: ChannelHandlerContext) {
        // One that was given up while it was being made is closed here; `connected` does the same.
        if self.target.tls == nil || self.state == .closed { self.connected(context) }
        self.loop.flush()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { self.connected(context) }
        self.loop.flush()
    }

    private func connected(_ context: ChannelHandlerContext) {
        self.loop.tick()
        guard case .connecting = self.state else {
            context.close(promise: nil)
            return
        }
        self.context = context
        self.channel = context.channel
        if self.slot < 0 { self.loop.add(self) }
        self.state = .busy
        self.deadline = .max
        self.isCounted = true
        self.loop.records.metrics.upstreamConnectionOpened(self.index)
        self.noteOutput()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = self.unwrapInboundIn(data)
        self.loop.tick()
        guard case .busy = self.state, self.exchange != nil else {
            // Bytes that nobody asked for must never become somebody's answer.
            self.close()
            return
        }
        self.hasReceived = true
        if self.input.readableBytes == 0 {
            self.input = buffer
        } else {
            self.input.discardReadBytes()
            self.input.writeBuffer(&buffer)
        }
        self.process()
        // A channel that was closed meanwhile tells of no end of reading, so what the client is to get leaves now.
        if case .closed = self.state { self.loop.flush() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.loop.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isWritable = context.channel.isWritable
        // As at the client's side: nothing comes in front of the rest of what is being written.
        guard self.isWritable, !self.isSending else { return }
        self.giveCredit()
        self.loop.flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard self.isCurrent(context) else { return }
        self.loop.tick()
        self.countClosed()
        self.context = nil
        self.channel = nil
        self.inputHasEnded = true
        self.process()
        self.loop.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard self.isCurrent(context) else {
            context.close(promise: nil)
            return
        }
        if case .connecting = self.state {
            self.sawError =
                error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError ? .tls : .connectionRefused
        } else {
            self.sawError = .closedMidBody
        }
        context.close(promise: nil)
    }

    // MARK: Writing

    func flush() {
        self.isDirty = false
        guard let context = self.context else { return }
        if let output = self.output {
            self.output = nil
            context.writeAndFlush(self.wrapOutboundOut(output), promise: nil)
            self.loop.giveBack(output)
        } else {
            context.flush()
        }
        if self.isWritable { self.giveCredit() }
    }

    private func giveCredit() {
        guard self.written > 0 else { return }
        let written = self.written
        self.written = 0
        self.exchange?.appConsumed(written)
    }

    private func withOutput(_ body: (inout ByteBuffer) -> Void) {
        guard self.state != .closed else { return }
        var output = self.output ?? self.loop.takeBuffer()
        self.output = nil
        body(&output)
        self.output = output
        self.noteOutput()
    }

    private func noteOutput() {
        guard !self.isDirty, self.context != nil else { return }
        self.isDirty = true
        self.loop.markDirty(self)
    }

    // MARK: Loop

    func sweep(_ now: UInt64) {
        guard now > self.deadline else { return }
        self.deadline = .max
        switch self.state {
        case .connecting: self.fail(.connectTimeout)
        case .idle: self.close()
        case .busy, .closed: break
        }
    }

    func drain() {
        if case .idle = self.state { self.close() }
    }

    func close() {
        guard self.state != .closed else { return }
        self.state = .closed
        self.pool.remove(self)
        self.output = nil
        self.input = ByteBuffer()
        if let channel = self.channel {
            channel.close(promise: nil)
        } else {
            // There is no channel yet whose end would do this.
            self.loop.remove(self)
        }
    }
}
