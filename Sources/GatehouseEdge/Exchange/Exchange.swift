internal import GatehouseCore
internal import NIOCore

/// One request and its answer, from the head to the end of both bodies.
///
/// Connects the client's stream with the app's and owns what they share: the decision, the record, the deadlines. It holds no bytes
/// and names no protocol: `head`, `body`, `trailers`, `end` and `abort` go one way, `consumed` comes back. Either side may end
/// first. Confined to one event loop; never used for a second request.
final class Exchange {
    let loop: LoopContext
    let pipeline: RequestPipeline
    let peer: Peer
    let head: RequestHead
    /// The protocol that the client speaks, as the access log names it.
    let protocolName: ProtocolName
    var record = AccessRecord()
    var deadlines = ExchangeDeadlines()
    /// The place in the loop's list, kept by the loop.
    var slot = -1

    var client: (any ClientStream)?
    var app: (any AppStream)?
    var outbound: OutboundRequest?
    /// A request that waits for its quotas, with the proof that it was admitted inside.
    var parked: PendingRequest?
    /// Content that arrived meanwhile; its sender gets no credit before it goes on, so the codec's window bounds it.
    var held: ByteBuffer?
    /// What the request took from quotas, for the answer's head.
    var quotas: TakenQuotas?
    /// A failure that was taken beforehand, until it is known whether it is one.
    var refund: QuotaRefund?
    private var replays = 0
    var requestHasEnded = false
    var bodyBytesToApp = 0
    private var answer = AnswerPhase.none
    /// Bytes of the answer that the client's codec holds.
    private var unconsumedByClient = 0
    /// Bytes of the request that the app's codec holds.
    var unconsumedByApp = 0

    private enum AnswerPhase {
        case none
        case started
        case ended
    }

    init(
        loop: LoopContext,
        pipeline: RequestPipeline,
        peer: Peer,
        head: RequestHead,
        protocolName: ProtocolName,
        client: any ClientStream,
        startedAt: UInt64
    ) {
        self.loop = loop
        self.pipeline = pipeline
        self.peer = peer
        self.head = head
        self.protocolName = protocolName
        self.client = client
        self.record.startedAt = startedAt
        loop.begin(self)
    }

    // MARK: From the client

    /// The head is complete: decides what happens to the request and sets it going.
    func start(ends: Bool) {
        self.requestHasEnded = ends
        self.loop.correlate(self)
        self.carryOut(self.pipeline.decide(self.context, record: &self.record))
    }

    /// The head could not be read: refuses the request by the same door as every other.
    func refuseHead(_ refusal: Refusal) {
        self.loop.correlate(self)
        self.refuse(refusal, hasHead: false)
    }

    /// Content of the request arrived.
    func receive(body: ByteBuffer) {
        let count = body.readableBytes
        self.record.bytesIn += count
        guard self.record.bytesIn <= self.pipeline.limits.requestBody else {
            self.clientFailed(.refused(.bodyTooLarge))
            return
        }
        guard let app = self.app else {
            self.hold(body, count)
            return
        }
        self.bodyBytesToApp += count
        self.unconsumedByApp += count
        self.deadlines.requestProgressed(count, self.loop.now)
        app.send(body: body)
    }

    /// The request is complete.
    func receiveEnd() {
        self.requestHasEnded = true
        self.deadlines.requestEnded(self.loop.now)
        self.app?.end()
        self.finishIfOver()
    }

    /// The client's side broke: the app's request ends, and if there is somebody left to answer to, they get an answer.
    func clientFailed(_ failure: ClientFailure) {
        guard self.client != nil else { return }
        self.dropApp()
        switch failure {
        case .closed:
            self.record.ending = .clientClosed
            self.client = nil
            self.finish()
        case .refused(let refusal):
            self.record.refusal = refusal
            if refusal == .requestTimedOut { self.record.ending = .clientTimedOut }
            if case .none = self.answer {
                self.refuse(refusal, hasHead: true)
            } else {
                self.cut()
            }
        }
    }

    /// The client's codec has written so many bytes of the answer's content.
    func clientConsumed(_ bytes: Int) {
        self.unconsumedByClient -= bytes
        self.deadlines.answerProgressed(bytes, pending: self.unconsumedByClient, self.loop.now)
        self.app?.consumed(bytes)
        self.finishIfOver()
    }

    // MARK: From the app

    /// An interim answer.
    func informational(_ response: ResponseHead) {
        guard case .none = self.answer else { return }
        self.pipeline.decorations(self.record).strip(response)
        self.client?.send(informational: response)
    }

    /// The head of the answer.
    func receive(_ response: ResponseHead, ends: Bool) {
        guard case .none = self.answer, let client = self.client else { return }
        self.answer = .started
        self.record.answeredAt = self.loop.now
        self.record.status = response.status
        self.deadlines.answered()
        let decorations = self.pipeline.decorations(self.record)
        decorations.strip(response)
        self.loop.lines.removeAll()
        decorations.append(
            to: &self.loop.lines,
            head: self.head,
            isSecure: self.head.isSecure,
            requestID: self.record.requestID
        )
        self.appendQuotaLines()
        client.send(response, adding: self.loop.lines, ends: ends)
        if ends { self.answerEnded() }
    }

    /// Content of the answer.
    func receive(answerBody: ByteBuffer) {
        guard case .started = self.answer, let client = self.client else { return }
        let count = answerBody.readableBytes
        self.record.bytesOut += count
        self.unconsumedByClient += count
        self.deadlines.answerPending(self.loop.now)
        client.send(body: answerBody)
    }

    /// The answer's trailers; they go on if the client said `TE: trailers`.
    func receive(trailers: FieldSection) {
        guard case .started = self.answer, self.head.acceptsTrailers else { return }
        let dropped = self.pipeline.decorations(self.record).dropped
        var trailers = trailers
        for index in trailers.fields.indices where dropped.contains(trailers.fields[index].name) {
            trailers.fields[index].drop()
        }
        self.client?.send(trailers: trailers)
    }

    /// The accounts service has answered.
    func receive(_ reply: AccountsReply) {
        guard case .none = self.answer, self.client != nil else { return }
        self.app = nil
        switch reply {
        case .answer(let answer):
            self.record.answeredAt = self.loop.now
            self.send(answer)
        case .refused(let refusal, let problems):
            self.refuse(refusal, hasHead: true, problems: problems)
        // A wrong password was charged before it was looked at.
        case .failed(let refusal, isToken: false):
            self.refuse(refusal, hasHead: true)
        case .failed(let refusal, isToken: true):
            guard let pending = self.pipeline.failure(refusal, record: self.record) else {
                self.refuse(refusal, hasHead: true)
                return
            }
            self.take(pending)
        }
    }

    /// The app's stream is done and may serve another exchange: nothing of this one reaches it any more.
    func appIsDone() {
        self.app = nil
    }

    /// The answer is complete.
    func receiveAnswerEnd() {
        guard case .started = self.answer else { return }
        self.client?.end()
        self.answerEnded()
    }

    /// The app's side broke: a replay where that is safe, an answer of ours where none began, a cut otherwise.
    func appFailed(_ failure: AppFailure) {
        self.app = nil
        guard self.client != nil else { return }
        if case .started = self.answer {
            self.record.ending = .upstreamBroke
            self.record.refusal = .upstreamInvalid(failure.fault)
            self.cut()
            return
        }
        if failure.isStaleConnection, self.canReplay, let outbound = self.outbound {
            self.replays += 1
            self.loop.records.metrics.upstreamRetried(outbound.upstream)
            self.app = self.loop.upstream(outbound.upstream).open(outbound, for: self, fresh: true)
            if self.requestHasEnded { self.app?.end() }
            return
        }
        self.refuse(Exchange.refusal(for: failure.fault), hasHead: true)
    }

    /// The app's codec has written so many bytes of the request's content.
    func appConsumed(_ bytes: Int) {
        self.unconsumedByApp -= bytes
        self.deadlines.appProgressed(pending: self.unconsumedByApp, self.loop.now)
        self.client?.consumed(bytes)
    }

    // MARK: Deadlines

    /// Looks at the clock; called by the loop's sweep.
    func sweep(_ now: UInt64) {
        switch self.deadlines.passed(now, isRequestOwed: !self.requestHasEnded && self.unconsumedByApp == 0) {
        case .none:
            break
        case .request:
            self.clientFailed(.refused(.requestTimedOut))
        case .response where self.outbound == nil:
            self.dropApp()
            self.refuse(.databaseUnavailable, hasHead: true)
        case .response:
            let outboundApp = self.app
            self.app = nil
            outboundApp?.abort()
            self.appFailed(AppFailure(fault: .responseTimeout, isStaleConnection: false))
        case .write:
            self.record.ending = .clientTimedOut
            self.dropApp()
            self.cut()
        }
    }

    /// The drain deadline passed: what has no head gets a 503, the rest is cut.
    func drainDeadlinePassed() {
        self.dropApp()
        self.record.ending = .drained
        if case .none = self.answer {
            self.refuse(.draining, hasHead: true)
        } else {
            self.cut()
        }
    }
}

extension Exchange {
    func forward(_ outbound: OutboundRequest) {
        if self.head.expectsContinue { self.client?.sendContinue() }
        self.outbound = outbound
        self.record.forwardedAt = self.loop.now
        self.deadlines.forwarded(
            self.loop.now,
            limits: self.loop.limits,
            upstream: self.loop.timings(outbound.upstream)
        )
        self.begin(self.loop.upstream(outbound.upstream).open(outbound, for: self, fresh: false))
    }

    /// A request goes out again only if the app cannot have acted on it (RFC 9110 section 9.2.2, RFC 9112 section 9.3.1).
    private var canReplay: Bool {
        guard let outbound = self.outbound, self.replays < self.loop.timings(outbound.upstream).retries else {
            return false
        }
        return self.head.method.isIdempotent && self.head.body == .none && self.bodyBytesToApp == 0
    }

    func refuse(_ refusal: Refusal, hasHead: Bool, problems: [FieldProblem] = []) {
        self.record.refusal = refusal
        // What was sent to the app stays `forward` in the record, whatever came back.
        if self.record.decision == .answer { self.record.decision = .refuse }
        let answer = LocalAnswer(
            refusing: refusal,
            id: self.record.requestID,
            routes: self.pipeline.routes,
            problems: problems
        )
        self.send(answer, hasHead: hasHead)
    }

    func send(_ answer: LocalAnswer, hasHead: Bool = true) {
        if let held = self.held.take() { self.client?.consumed(held.readableBytes) }
        self.answer = .started
        self.record.status = answer.status
        self.record.bytesOut += self.head.method == .head ? 0 : answer.content.count
        self.deadlines.answered()
        self.loop.lines.removeAll()
        self.loop.lines.append(contentsOf: answer.lines)
        self.appendQuotaLines()
        self.pipeline.decorations(self.record).append(
            to: &self.loop.lines,
            head: hasHead ? self.head : nil,
            isSecure: self.head.isSecure,
            requestID: self.record.requestID
        )
        self.client?.send(answer, lines: self.loop.lines)
        self.answer = .ended
        self.finish()
    }

    private func appendQuotaLines() {
        guard let quotas = self.quotas else { return }
        self.pipeline.quotas.appendLines(quotas.charges, quotas.outcome, to: &self.loop.lines)
    }

    private func answerEnded() {
        self.answer = .ended
        self.app = nil
        self.finishIfOver()
    }

    private func cut() {
        let client = self.client
        self.client = nil
        self.finish()
        client?.abort()
    }

    private func dropApp() {
        let app = self.app
        self.app = nil
        app?.abort()
    }

    private func finishIfOver() {
        guard case .ended = self.answer, self.unconsumedByClient == 0 else { return }
        self.finish()
    }

    private func finish() {
        guard self.loop.end(self) else { return }
        if self.parked.take() != nil { self.loop.quotas.forget(self) }
        if let refund = self.refund.take() { self.loop.quotas.giveBack(refund) }
        self.dropApp()
        let client = self.client
        self.client = nil
        self.outbound = nil
        client?.exchangeEnded(requestIsComplete: self.requestHasEnded)
    }

    private static func refusal(for fault: UpstreamFault) -> Refusal {
        switch fault {
        case .connectionRefused, .nameResolution, .tls: .upstreamRefused(fault)
        case .connectTimeout, .responseTimeout: .upstreamTimedOut(fault)
        default: .upstreamInvalid(fault)
        }
    }
}
