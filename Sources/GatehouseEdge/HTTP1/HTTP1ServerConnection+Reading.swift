internal import GatehouseCore
internal import NIOCore

/// What a client sends: heads to exchanges, bodies in pieces, and what nobody wants any more.
extension HTTP1ServerConnection {
    /// Takes what `input` holds as far as it goes.
    func process() {
        guard !self.isProcessing, !self.isYielding else { return }
        self.isProcessing = true
        defer { self.isProcessing = false }
        var requests = 0
        while self.input.readableBytes > 0 || self.isBodyComplete {
            if case .head = self.reading {
                requests += 1
                guard requests <= EdgeLimits.requestsPerTurn else {
                    self.continueNextTurn()
                    break
                }
            }
            let goesOn =
                switch self.reading {
                case .head: self.readHead()
                case .body: self.readBody()
                case .discarding: self.discardBody()
                case .complete, .refused, .lingering, .closed: false
                }
            guard goesOn else { break }
        }
        if self.input.readableBytes == 0 { self.input = ByteBuffer() }
        self.adjustReading()
    }

    /// Lets the other connections of the loop have their turn before the next pipelined request: each may cost a signature check.
    private func continueNextTurn() {
        guard let context = self.context else { return }
        self.isYielding = true
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let connection = connection.value
            connection.isYielding = false
            connection.loop.tick()
            connection.process()
            connection.loop.flush()
        }
    }

    private var isBodyComplete: Bool {
        switch self.reading {
        case .body, .discarding: self.body.isComplete
        case .head, .complete, .refused, .lingering, .closed: false
        }
    }

    /// Whether answers pile up that the client does not take: then no further request is begun.
    private var isHeldUp: Bool {
        if let output = self.output, output.readableBytes > EdgeLimits.window { return true }
        return !self.isWritable
    }

    /// Goes on with requests that waited for the client to take its answers.
    func resume() {
        guard case .head = self.reading, self.input.readableBytes > 0 else { return }
        self.process()
    }

    private func readHead() -> Bool {
        guard !self.isHeldUp else { return false }
        if self.blankLines >= 0, !self.skipBlankLines() { return false }
        let head = self.currentHead()
        if self.requestStartedAt == 0 {
            self.requestStartedAt = self.loop.now
            self.deadline = self.loop.now &+ self.loop.limits.headerTimeout
        }
        switch self.parser.parse(self.input.readableBytesSpan, into: head) {
        case .needsMore:
            return false
        case .refused(let refusal):
            self.refuseHead(refusal, head)
            return false
        case .complete(let count):
            self.input.moveReaderIndex(forwardBy: count)
            self.begin(head)
            return true
        }
    }

    /// Passes over empty lines before a request; false if more bytes are needed.
    private func skipBlankLines() -> Bool {
        while let byte: UInt8 = self.input.getInteger(at: self.input.readerIndex), byte == ByteScan.carriageReturn {
            guard self.input.readableBytes > 1 else {
                // Half an empty line has the time of a head, not that of an idle connection.
                self.deadline = min(self.deadline, self.loop.now &+ self.loop.limits.headerTimeout)
                return false
            }
            guard
                self.blankLines < EdgeLimits.blankLines,
                self.input.getInteger(at: self.input.readerIndex + 1, as: UInt8.self) == ByteScan.lineFeed
            else { break }
            self.blankLines += 1
            self.input.moveReaderIndex(forwardBy: 2)
        }
        guard self.input.readableBytes > 0 else { return false }
        self.blankLines = -1
        return true
    }

    func currentHead() -> RequestHead {
        if let head = self.head { return head }
        let head = self.loop.takeHead()
        head.isSecure = self.isSecure
        self.head = head
        return head
    }

    private func begin(_ head: RequestHead) {
        self.framing = self.parser.framing
        self.deadline = .max
        self.body = BodyReader(head.body, trailerLimit: self.settings.head.headBytes)
        let ends = head.body == .none
        self.reading = ends ? .complete : .body
        self.awaitsContinue = head.expectsContinue
        self.startWriter(head)
        let exchange = self.makeExchange(head)
        self.exchange = exchange
        exchange.start(ends: ends)
    }

    func refuseHead(_ refusal: Refusal, _ head: RequestHead) {
        self.framing = RequestFraming(keepsAlive: false)
        self.deadline = .max
        self.reading = .refused
        self.body = .none
        self.startWriter(head)
        self.closesAfterAnswer = true
        let exchange = self.makeExchange(head)
        self.exchange = exchange
        exchange.refuseHead(refusal)
    }

    private func makeExchange(_ head: RequestHead) -> Exchange {
        Exchange(
            loop: self.loop,
            pipeline: self.pipeline,
            peer: self.peer,
            head: head,
            protocolName: .http1,
            client: self,
            startedAt: self.requestStartedAt
        )
    }

    private func startWriter(_ head: RequestHead) {
        self.writer.start(isHTTP10: self.framing.isHTTP10, isHead: head.method == .head)
        self.closesAfterAnswer = !self.framing.keepsAlive || self.loop.isDraining
    }

    private func readBody() -> Bool {
        guard self.unconsumed <= EdgeLimits.window else { return false }
        switch self.body.next(&self.input) {
        case .needsMore:
            return false
        case .body(let buffer):
            self.unconsumed += buffer.readableBytes
            self.tlsBuffers?.notePassedOn(buffer.readableBytes)
            self.awaitsContinue = false
            self.exchange?.receive(body: buffer)
        case .end:
            if let trailers = self.body.trailers, self.settings.refuses(trailers) {
                return self.refuseBody(.malformed(.trailer))
            }
            self.reading = .complete
            self.exchange?.receiveEnd()
        case .malformed(let flaw):
            return self.refuseBody(.malformed(flaw))
        case .trailersTooLarge:
            return self.refuseBody(.headTooLarge)
        }
        return true
    }

    /// The body cannot be read on: nothing behind it is.
    private func refuseBody(_ refusal: Refusal) -> Bool {
        self.reading = .refused
        self.closesAfterAnswer = true
        self.exchange?.clientFailed(.refused(refusal))
        return false
    }

    /// Throws the rest of a body away, as far as that is worth a connection.
    private func discardBody() -> Bool {
        guard case .discarding(let allowance) = self.reading else { return false }
        switch self.body.next(&self.input) {
        case .needsMore:
            return false
        case .body(let buffer):
            guard buffer.readableBytes <= allowance else {
                self.linger()
                return false
            }
            self.reading = .discarding(allowance: allowance - buffer.readableBytes)
            if self.body.isComplete { self.awaitNext() }
            return true
        case .end:
            self.awaitNext()
            return true
        case .malformed, .trailersTooLarge:
            self.linger()
            return false
        }
    }

    /// Stops or resumes reading from the socket.
    private func adjustReading() {
        let holdsTooMuch =
            switch self.reading {
            case .body: self.unconsumed > EdgeLimits.window
            case .complete: self.input.readableBytes > EdgeLimits.window
            case .head: self.input.readableBytes > 0 && (self.isYielding || self.isHeldUp)
            case .refused, .discarding, .lingering, .closed: false
            }
        guard holdsTooMuch != self.isPaused, let context = self.context else { return }
        self.isPaused = holdsTooMuch
        try? context.channel.syncOptions?.setOption(.autoRead, value: !holdsTooMuch)
    }
}
