internal import GatehouseCore
internal import NIOCore
internal import NIOTLS

/// A client's HTTP/1.1 connection: bytes to exchanges, and answers to bytes (RFC 9112).
///
/// One exchange at a time; what a client pipelines waits in `input` until the former exchange is over. The parsing is in the readers,
/// the writing in `HTTP1AnswerWriter`; this class carries out what they say. Confined to its loop.
final class HTTP1ServerConnection: ChannelInboundHandler, ClientStream, LoopConnection {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Reading {
        /// Waiting for a head, or in the middle of one.
        case head
        /// In the middle of a request's body.
        case body
        /// The request is complete, its exchange is not.
        case complete
        /// The head was refused: nothing behind it is read.
        case refused
        /// The answer is out, the rest of the body is thrown away: so many bytes may still come.
        case discarding(allowance: Int)
        /// The answer is out and our side is closed; whatever comes is thrown away until the client closes (RFC 9112 section 9.6).
        case lingering
        case closed
    }

    let loop: LoopContext
    let pipeline: RequestPipeline
    let settings: HTTP1ServerSettings
    let peer: Peer
    let isSecure: Bool
    var slot = -1
    var isClient: Bool { true }

    var context: ChannelHandlerContext?
    var reading = Reading.head
    var input = ByteBuffer()
    var output: ByteBuffer?
    var writer = HTTP1AnswerWriter()
    var exchange: Exchange?
    var framing = RequestFraming()
    var closesAfterAnswer = false
    /// When the connection is ended, or `UInt64.max`.
    var deadline = UInt64.max

    /// Whether the client waits for `100 Continue`.
    var awaitsContinue = false

    var head: RequestHead?
    var parser: RequestHeadParser
    var body = BodyReader.none
    var blankLines = 0
    var requestStartedAt: UInt64 = 0
    /// Bytes of the request's content that nobody has taken yet.
    var unconsumed = 0
    var isPaused = false
    var isProcessing = false
    /// Whether pipelined requests wait for the loop's next turn; meanwhile the socket is not read.
    var isYielding = false
    private var isDirty = false
    /// Whether the channel takes more; kept up to date by its events, since asking it costs more than remembering.
    var isWritable = true
    /// Whether the TLS handshake is behind us.
    private var isEstablished = false
    /// Whether the connection ends when what was gathered has been written.
    private var isFinishing = false
    /// Whether a piece of content is being written, which must not be interrupted by the next.
    var isSending = false
    /// Bytes of the answer's content that were written since credit was last given.
    var written = 0
    /// What drops the pages of the TLS handler's buffers while the connection is idle; nil if that is not ours to do.
    var tlsBuffers: IdleTLSBuffers?

    init(
        loop: LoopContext,
        pipeline: RequestPipeline,
        settings: HTTP1ServerSettings,
        peer: Peer,
        isSecure: Bool
    ) {
        self.loop = loop
        self.pipeline = pipeline
        self.settings = settings
        self.peer = peer
        self.isSecure = isSecure
        self.parser = RequestHeadParser(limits: settings.head)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.loop.add(self)
        let patience = self.loop.isDraining ? EdgeLimits.drainGrace : self.loop.limits.headerTimeout
        self.deadline = self.loop.now &+ patience
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.loop.remove(self)
        self.settings.counter.release()
        self.loop.records.metrics.connectionClosed()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = self.unwrapInboundIn(data)
        self.loop.tick()
        self.tlsBuffers?.noteRead(buffer)
        switch self.reading {
        case .closed, .lingering, .refused:
            return
        default:
            if self.input.readableBytes == 0 {
                self.input = buffer
            } else {
                self.input.discardReadBytes()
                self.input.writeBuffer(&buffer)
            }
            self.process()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.loop.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isWritable = context.channel.isWritable
        // A write may bring this on before it returns: credit given now would put the next piece in front of the rest of this one.
        guard self.isWritable, !self.isSending else { return }
        self.giveCredit()
        self.resume()
        self.loop.flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.loop.tick()
        self.reading = .closed
        let exchange = self.exchange
        self.exchange = nil
        exchange?.clientFailed(.closed)
        self.input = ByteBuffer()
        self.output = nil
        self.releaseHead()
        self.loop.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if self.isSecure, !self.isEstablished { self.loop.records.metrics.handshakeFailed() }
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { self.isEstablished = true }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: The end of an exchange

    func consumed(_ bytes: Int) {
        self.unconsumed -= bytes
        if self.unconsumed <= EdgeLimits.window { self.process() }
    }

    func exchangeEnded(requestIsComplete: Bool) {
        self.exchange = nil
        self.unconsumed = 0
        guard self.context != nil else { return }
        if requestIsComplete, !self.closesAfterAnswer {
            self.awaitNext()
        } else if self.closesAfterAnswer || self.unreadBytes > EdgeLimits.drainBytes {
            self.isFinishing = true
            self.noteOutput()
        } else {
            self.reading = .discarding(allowance: EdgeLimits.drainBytes)
            self.deadline = self.loop.now &+ EdgeLimits.drainTime
        }
        self.process()
    }

    /// How much of the request's body is known to be missing.
    var unreadBytes: Int {
        self.body.remaining ?? 0
    }

    func awaitNext() {
        self.reading = .head
        self.releaseHead()
        self.parser = RequestHeadParser(limits: self.settings.head)
        self.body = .none
        self.blankLines = 0
        self.requestStartedAt = 0
        self.deadline = self.loop.now &+ self.loop.limits.keepAliveTimeout
        self.tlsBuffers?.noteActivity()
        if self.loop.isDraining { self.deadline = self.loop.now &+ EdgeLimits.drainGrace }
    }

    private func releaseHead() {
        guard let head = self.head else { return }
        self.head = nil
        self.loop.giveBack(head)
    }

    /// Notes that this turn ends with a flush.
    func noteOutput() {
        guard !self.isDirty else { return }
        self.isDirty = true
        self.loop.markDirty(self)
    }

    // MARK: Writing

    func flush() {
        self.isDirty = false
        guard let context = self.context else { return }
        if self.isFinishing {
            self.isFinishing = false
            self.flushAndClose(context)
            return
        }
        if let output = self.output {
            self.output = nil
            context.writeAndFlush(self.wrapOutboundOut(output), promise: nil)
            self.loop.giveBack(output)
        } else {
            context.flush()
        }
        if self.isWritable {
            self.giveCredit()
            self.resume()
        }
    }

    /// Writes the rest and closes when it has left: closing at once would throw away what the socket did not take.
    private func flushAndClose(_ context: ChannelHandlerContext) {
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.closeAfterAnswer()
        }
        let output = self.output ?? ByteBuffer()
        self.output = nil
        self.deadline = self.loop.now &+ self.loop.limits.bodyIdleTimeout
        context.writeAndFlush(self.wrapOutboundOut(output), promise: promise)
    }

    /// Tells the exchange what has left for the socket.
    func giveCredit() {
        guard self.written > 0 else { return }
        let written = self.written
        self.written = 0
        self.exchange?.clientConsumed(written)
    }

    /// Ends the connection; if the client may still be sending, our side only, so that the answer is not lost to a reset.
    private func closeAfterAnswer() {
        guard self.context != nil else { return }
        let mayBeSending =
            switch self.reading {
            case .complete, .head: self.input.readableBytes > 0
            case .body, .discarding, .refused: true
            case .lingering, .closed: false
            }
        if mayBeSending {
            self.linger()
        } else {
            self.close()
        }
    }

    func linger() {
        self.reading = .lingering
        self.input = ByteBuffer()
        self.deadline = self.loop.now &+ EdgeLimits.drainTime
        if self.isPaused {
            self.isPaused = false
            try? self.context?.channel.syncOptions?.setOption(.autoRead, value: true)
        }
        self.context?.close(mode: .output, promise: nil)
    }

    // MARK: Loop

    func sweep(_ now: UInt64) {
        if let context = self.context {
            self.tlsBuffers?.sweep(isIdle: self.isIdle, channel: context.channel, loop: self.loop)
        }
        guard now > self.deadline else { return }
        self.deadline = .max
        switch self.reading {
        case .head where self.requestStartedAt > 0:
            let head = self.currentHead()
            self.parser.keepRequestLine(self.input.readableBytesSpan, head)
            self.refuseHead(.requestTimedOut, head)
        case .discarding:
            self.linger()
        case .head, .body, .complete, .refused, .lingering, .closed:
            self.close()
        }
    }

    /// Whether the handshake is over and neither a byte of a request nor one of an answer is here.
    private var isIdle: Bool {
        guard case .head = self.reading, self.isEstablished, self.exchange == nil else { return false }
        return self.requestStartedAt == 0 && self.input.readableBytes == 0 && self.output == nil && !self.isFinishing
    }

    /// A connection between two requests gets a moment more: the next may be on its way, and is answered with `Connection: close`.
    func drain() {
        guard case .head = self.reading, self.requestStartedAt == 0 else { return }
        self.deadline = min(self.deadline, self.loop.now &+ EdgeLimits.drainGrace)
    }

    func close() {
        self.reading = .closed
        self.context?.close(promise: nil)
    }
}
