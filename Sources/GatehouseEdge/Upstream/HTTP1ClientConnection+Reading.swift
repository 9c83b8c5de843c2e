internal import GatehouseCore
internal import NIOCore

/// What an app sends: heads, bodies, and the end of either.
extension HTTP1ClientConnection {
    func process() {
        // Credit may come back while a piece is being handed over; the loop below then goes on by itself.
        guard !self.isProcessing else { return }
        self.isProcessing = true
        defer { self.isProcessing = false }
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
        exchange?.appIsDone()
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

    func countClosed() {
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
    func fail(_ fault: UpstreamFault) {
        let isStale = self.requestCount > 1 && !self.hasReceived && fault == .closedBeforeHead
        let exchange = self.takeExchange()
        self.close()
        exchange?.appFailed(AppFailure(fault: fault, isStaleConnection: isStale))
    }
}
