internal import GatehouseCore
internal import NIOCore

// What was decided.
extension Exchange: QuotaWaiter {
    var context: RequestContext {
        RequestContext(head: self.head, peer: self.peer, tokens: self.loop.tokens, wallSeconds: self.loop.wallSeconds)
    }

    func carryOut(_ decision: consuming Decision) {
        switch consume decision {
        case .answer(let answer): self.send(answer)
        case .forward(let outbound): self.forward(outbound)
        case .serve(let call): self.serve(call)
        case .take(let pending): self.take(pending)
        }
    }

    /// Asks the quotas; parks the request if they do not answer at once.
    func take(_ pending: consuming PendingRequest) {
        let outcome = self.loop.quotas.take(pending.charges, isGuarded: pending.isGuarded, for: self)
        self.parked = consume pending
        if let outcome { self.quotasTaken(outcome) }
    }

    func quotasTaken(_ outcome: QuotaOutcome) {
        guard let pending = self.parked.take() else { return }
        let taken = TakenQuotas(charges: pending.charges, outcome: outcome)
        self.loop.records.quotasTaken(taken, self.pipeline.quotas)
        let decision = self.pipeline.resume(pending, with: outcome, self.context, record: &self.record)
        // A failed login tells what is left of its own policy; the failures are told where they are the reason.
        if self.quotas == nil || self.isThrottled { self.quotas = taken }
        self.refund = self.pipeline.quotas.failureRefund(taken)
        self.carryOut(decision)
    }

    private var isThrottled: Bool {
        if case .failuresExceeded? = self.record.refusal { true } else { false }
    }

    /// Keeps content for an app that has not been asked yet, and throws it away where none will be.
    func hold(_ body: ByteBuffer, _ count: Int) {
        guard self.parked != nil else {
            self.client?.consumed(count)
            return
        }
        var body = body
        if self.held == nil {
            self.held = body
        } else {
            self.held?.writeBuffer(&body)
        }
    }

    private func serve(_ call: AccountsCall) {
        guard let desk = self.loop.accounts, let stream = desk.open(call, for: self) else {
            self.refuse(.overloaded, hasHead: true)
            return
        }
        stream.refund = self.refund.take()
        if self.head.expectsContinue { self.client?.sendContinue() }
        self.deadlines.forwarded(self.loop.now, limits: self.loop.limits, upstream: AccountsDesk.timings)
        self.deadlines.requestDeadline = self.loop.now &+ AccountsDesk.bodyTime
        self.begin(stream)
    }

    /// Gives the app what has arrived of the request.
    func begin(_ app: any AppStream) {
        self.app = app
        if let held = self.held.take() {
            let count = held.readableBytes
            self.bodyBytesToApp += count
            self.unconsumedByApp += count
            self.deadlines.requestProgressed(count, self.loop.now)
            app.send(body: held)
        }
        if self.requestHasEnded { self.app?.end() }
    }
}
