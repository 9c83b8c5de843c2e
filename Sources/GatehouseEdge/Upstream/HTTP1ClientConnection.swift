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

    private enum State {
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

    private let target: UpstreamTarget
    private let index: Int
    private let pool: UpstreamPool
    /// The exchange that is served; let go when either side is done with the other.
    private var exchange: Exchange?
    private var context: ChannelHandlerContext?
    /// The channel from the moment it exists, also while the handshake goes on.
    private var channel: (any Channel)?
    private var state = State.connecting
    private var deadline = UInt64.max

    private var output: ByteBuffer?
    private var writer = HTTP1RequestWriter()
    private var requestHasEnded = false
    /// Bytes of the request's content written since credit was last given.
    private var written = 0

    private var input = ByteBuffer()
    private var parser = ResponseHeadParser()
    private var response: ResponseHead?
    private var body = BodyReader.none
    private var isReadingBody = false
    private var interimAnswers = 0
    private var requestCount = 0
    private var hasReceived = false
    private var method = Method.get
    /// Bytes of the answer's content that nobody has taken yet.
    private var unconsumed = 0
    private var isPaused = false
    private var isDirty = false
    /// Whether the channel takes more; kept up to date by its events, since asking it costs more than remembering.
    private var isWritable = true
    /// Whether the metrics count the connection as open.
    private var isCounted = false
    private var sawError: UpstreamFault?
    /// Whether the app has closed; what it sent before may still wait for credit.
    private var inputHasEnded = false

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
        self.written += body.readableBytes
        if self.context == nil || body.readableBytes <= HTTP1AnswerWriter.copyLimit {
            self.withOutput { self.writer.writeSmall(body, to: &$0) }
            return
        }
        self.withOutput { self.writer.writePrefix(of: body, to: &$0) }
        guard let context = self.context else { return }
        if let output = self.output, output.readableBytes > 0 {
            self.output = nil
            context.write(self.wrapOutboundOut(output), promise: nil)
        }
        context.write(self.wrapOutboundOut(body), promise: nil)
        self.withOutput { self.writer.writeSuffix(to: &$0) }
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
        self.loop.add(self)
        self.channel = context.channel
        if context.channel.isActive, self.target.tls == nil { self.connected(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
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
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.loop.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isWritable = context.channel.isWritable
        if self.isWritable { self.giveCredit() }
        self.loop.flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.loop.tick()
        self.countClosed()
        self.context = nil
        self.channel = nil
        self.inputHasEnded = true
        self.process()
        self.loop.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .connecting = self.state {
            self.sawError = error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError ? .tls : .connectionRefused
        } else {
            self.sawError = .closedMidBody
        }
        context.close(promise: nil)
    }

    // MARK: Reading

    private func process() {
        while case .busy = self.state, self.exchange != nil {
            guard self.isReadingBody ? self.readBody() : self.readHead() else { break }
        }
        if self.input.readableBytes == 0 { self.input = ByteBuffer() }
        if self.inputHasEnded, !self.isHeldBack { self.endInput() }
        self.adjustReading()
    }

    /// Whether the answer goes on only when the client has taken more of it.
    private var isHeldBack: Bool {
        self.state == .busy && self.exchange != nil && self.unconsumed > EdgeLimits.window
    }

    /// The app has closed and all that it sent has been read.
    private func endInput() {
        switch self.state {
        case .busy where self.isReadingBody && self.sawError == nil:
            guard case .untilClose = self.body else { return self.fail(.closedMidBody) }
            // The end of the connection is the end of the body.
            self.state = .closed
            self.takeExchange()?.receiveAnswerEnd()
        case .connecting:
            self.fail(self.sawError ?? (self.target.tls == nil ? .connectionRefused : .tls))
        case .busy, .idle:
            self.fail(self.isReadingBody ? .closedMidBody : .closedBeforeHead)
        case .closed:
            break
        }
    }

    private func readHead() -> Bool {
        guard self.input.readableBytes > 0 else { return false }
        let response = self.response ?? ResponseHead()
        self.response = response
        switch self.parser.parse(self.input.readableBytesSpan, method: self.method, into: response) {
        case .needsMore:
            return false
        case .malformed:
            self.fail(.malformedHead)
            return false
        case .complete(let count):
            self.input.moveReaderIndex(forwardBy: count)
            return response.status < 200 ? self.takeInterim(response) : self.takeHead(response)
        }
    }

    /// An interim answer: `100` was answered by the gate itself, a switch of protocols was not asked for.
    private func takeInterim(_ response: ResponseHead) -> Bool {
        self.interimAnswers += 1
        guard response.status != 101 else {
            self.fail(.unexpectedUpgrade)
            return false
        }
        guard self.interimAnswers <= EdgeLimits.interimAnswers else {
            self.fail(.tooManyInformational)
            return false
        }
        if response.status != 100 { self.exchange?.informational(response) }
        response.reset()
        self.parser = ResponseHeadParser()
        return true
    }

    private func takeHead(_ response: ResponseHead) -> Bool {
        self.body = BodyReader(response.body, trailerLimit: ResponseHeadParser.longestHead)
        self.isReadingBody = true
        if response.body == .none {
            let exchange = self.release()
            exchange?.receive(response, ends: true)
            response.reset()
            return false
        }
        self.exchange?.receive(response, ends: false)
        response.reset()
        return true
    }

    private func readBody() -> Bool {
        guard self.unconsumed <= EdgeLimits.window else { return false }
        switch self.body.next(&self.input) {
        case .needsMore:
            return false
        case .body(let buffer):
            self.unconsumed += buffer.readableBytes
            if self.body.isComplete {
                let exchange = self.release()
                exchange?.receive(answerBody: buffer)
                exchange?.receiveAnswerEnd()
                return false
            }
            self.exchange?.receive(answerBody: buffer)
            return true
        case .end:
            let trailers = self.body.trailers
            let exchange = self.release()
            if let trailers { exchange?.receive(trailers: trailers) }
            exchange?.receiveAnswerEnd()
            return false
        case .malformed, .trailersTooLarge:
            self.fail(.malformedBody)
            return false
        }
    }

    /// The answer is complete: keeps the connection if both ends agree on where they are, closes it otherwise.
    private func release() -> Exchange? {
        let exchange = self.takeExchange()
        let isClean = self.parser.framing.keepsAlive && self.requestHasEnded && self.input.readableBytes == 0
        if isClean, !self.loop.isDraining, self.context != nil {
            self.state = .idle
            self.isReadingBody = false
            self.deadline = self.loop.now &+ self.target.timings.idleTimeout
            self.pool.park(self)
        } else {
            self.close()
        }
        return exchange
    }

    private func takeExchange() -> Exchange? {
        let exchange = self.exchange
        self.exchange = nil
        return exchange
    }

    private func countClosed() {
        guard self.isCounted else { return }
        self.isCounted = false
        self.loop.records.metrics.upstreamConnectionClosed(self.index)
    }

    private func adjustReading() {
        let holdsTooMuch = self.state == .busy && self.unconsumed > EdgeLimits.window
        guard holdsTooMuch != self.isPaused, let context = self.context else { return }
        self.isPaused = holdsTooMuch
        try? context.channel.syncOptions?.setOption(.autoRead, value: !holdsTooMuch)
    }

    /// Ends the connection and tells the exchange why, if there is one.
    private func fail(_ fault: UpstreamFault) {
        let isStale = self.requestCount > 1 && !self.hasReceived && fault == .closedBeforeHead
        let exchange = self.takeExchange()
        self.close()
        exchange?.appFailed(AppFailure(fault: fault, isStaleConnection: isStale))
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
        self.channel?.close(promise: nil)
    }
}
