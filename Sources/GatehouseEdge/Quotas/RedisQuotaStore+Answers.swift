internal import GatehouseCore

/// What the servers answer, and what happens without them.
extension RedisQuotaStore: RedisNodeOwner {
    func node(_ node: RedisNode, answered call: RedisCall, reader: RedisReplyReader) {
        switch call.kind {
        case .quotas:
            self.takeAnswer(call, from: node, reader)
        case .census:
            // Quotas go on, but an outage would find each process alone: somebody has to know.
            if let text = reader.errorText, case .fault(.forbidden(let reason)) = RedisErrorReply(text) {
                self.shared.log.isForbidden(reason, by: node.address)
            }
            if let item = reader.items.first, item.kind == .integer {
                self.shared.counted(processes: Int(clamping: item.number), now: call.sentAt)
                node.succeeded()
            }
        case .map:
            self.topology?.learn(reader.reply, from: node)
        case .probe, .greeting, .ignored:
            break
        }
    }

    private func takeAnswer(_ call: RedisCall, from node: RedisNode, _ reader: RedisReplyReader) {
        guard let loop = self.loop else { return }
        self.counts.roundTrips.record(nanoseconds: loop.now &- call.sentAt, in: 0)
        if let text = reader.errorText {
            self.takeError(RedisErrorReply(text), call, from: node)
            return
        }
        var progress = WaitingQuotas.Progress.isMalformed
        if let item = reader.items.first, item.kind == .text {
            let answer = reader.bytes[item.range]
            progress = self.waiting.update(call.ticket) { $0.take(answer, for: call.places, self.table) } ?? .isOver
        }
        switch progress {
        case .isOpen, .isComplete:
            node.succeeded()
            if case .isComplete = progress { self.finish(call.ticket) }
        case .isOver:
            break
        case .isMalformed:
            node.connection?.end(.protocolViolation)
            self.fail(call.ticket, call.places, blames: false)
        }
    }

    /// Takes the request out of the queue before anybody is told, who may take or forget again.
    private func finish(_ ticket: UInt64) {
        let taken = self.waiting.update(ticket) { request in
            let taken = request
            request.waiter = nil
            return taken
        }
        self.dropFinished()
        guard let taken, let waiter = taken.waiter else { return }
        waiter.quotasTaken(taken.unseen == 0 ? taken.outcome : self.completed(taken))
    }

    // MARK: Failures

    private func takeError(_ error: RedisErrorReply, _ call: RedisCall, from node: RedisNode) {
        switch error {
        case .scriptUnknown where !call.history.contains(.sentText):
            self.sendAgain(call, adding: .sentText, to: node)
        case .tryAgain where !call.history.contains(.triedAgain):
            self.sendAgain(call, adding: .triedAgain, to: node)
        case .moved(let address) where !call.history.contains(.moved):
            self.topology?.isOutdated()
            self.sendAgain(call, adding: .moved, to: self.topology?.node(at: address, namedBy: node))
        case .ask(let address) where !call.history.contains(.asked):
            self.sendAgain(call, adding: .asked, to: self.topology?.node(at: address, namedBy: node))
        case .fault(let fault):
            self.fail(call.ticket, call.places, blames: false)
            self.topology?.isOutdated()
            node.connection?.end(fault)
        case .clusterDown:
            self.topology?.isOutdated()
            self.fail(call.ticket, call.places, blames: true)
        case .scriptUnknown, .tryAgain, .moved, .ask, .failed:
            self.fail(call.ticket, call.places, blames: true)
        case .spoiled:
            self.fail(call.ticket, call.places, blames: false)
        }
    }

    /// Sends the call another way; it was not carried out the first time, so nothing is counted twice.
    private func sendAgain(_ call: RedisCall, adding history: RedisCall.History, to node: RedisNode?) {
        // Whoever waits no longer takes nothing.
        guard let request = self.waiting[call.ticket], request.waiter != nil else { return }
        guard let connection = node?.usable else {
            self.fail(call.ticket, call.places, blames: false)
            return
        }
        var again = call
        again.history.insert(history)
        if again.history.contains(.asked) {
            connection.send(RedisCall(kind: .ignored)) { $0.writeCommand("ASKING") }
        }
        let asText = again.history.contains(.sentText)
        connection.send(again) { self.writer.write(request.charges, call.places, asText: asText, to: &$0) }
        // The text is now known there, but only for as long as the server likes: loading makes it stay.
        if history == .sentText {
            connection.send(RedisCall(kind: .ignored)) { $0.writeCommand("SCRIPT", "LOAD", QuotaScript.text) }
        }
    }

    /// Some charges of a request will have no answer; `blames` tells their servers' breakers.
    func fail(_ ticket: UInt64, _ places: UInt8, blames: Bool) {
        if blames, let charges = self.waiting[ticket]?.charges { self.blame(charges, places) }
        let progress = self.waiting.update(ticket) { $0.giveUp(places) }
        if case .isComplete? = progress { self.finish(ticket) }
    }

    private func blame(_ charges: QuotaCharges, _ places: UInt8) {
        var rest = places
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            let key = charges[place].key
            self.topology?.node(for: key)?.failed(key)
            rest &= self.topology?.isOneServer == false ? ~charges.group(at: place) : 0
        }
    }

    func failAll() {
        for number in self.waiting.first..<self.waiting.next {
            guard let open = self.waiting[number]?.open else { continue }
            self.fail(number, open, blames: false)
        }
    }

    func node(_ node: RedisNode, lost call: RedisCall) {
        guard call.kind == .quotas else { return }
        self.fail(call.ticket, call.places, blames: false)
    }

    // MARK: State

    func nodeChanged(_ node: RedisNode, fault: RedisFault?) {
        self.topology?.changed(node, fault: fault)
        if case .forbidden(let text)? = fault { self.shared.log.isForbidden(text, by: node.address) }
        let isUp = self.topology?.isUp ?? false
        if !isUp, let fault, fault != .stopped { self.shared.log.isAwayFromTheStart(fault, node.address) }
        guard isUp != self.counts.isUp else { return }
        self.counts.isUp = isUp
        self.shared.loopChanged(isUp: isUp, fault, node.address)
    }

    func nodeWasSwept(_ node: RedisNode, now: UInt64) {
        self.topology?.swept(now)
        guard let connection = self.topology?.census, self.shared.claimAnnouncement(now) else { return }
        let words = [
            Array("EVAL".utf8), Array(ProcessCensus.text.utf8), [0x31], ProcessCensus.key, self.shared.processName,
        ]
        connection.send(RedisCall(kind: .census)) { $0.writeCommand(words) }
    }
}

/// What this process decides by itself.
extension RedisQuotaStore {
    /// The outcome of a request that the store never heard of.
    func unseen(_ charges: QuotaCharges, _ isGuarded: Bool) -> QuotaOutcome {
        self.counts.degraded &+= 1
        switch self.shared.configuration.whenStoreFails {
        case .deny: return QuotaOutcome(.denied)
        case .allow where !isGuarded: return QuotaOutcome(.allowedUnseen)
        case .allow, .local: return self.share(charges, .max, QuotaOutcome(.share))
        }
    }

    /// The outcome of a request of which the store answered a part at most.
    private func completed(_ request: WaitingQuotas) -> QuotaOutcome {
        self.counts.degraded &+= 1
        switch self.shared.configuration.whenStoreFails {
        case .deny: return QuotaOutcome(.denied)
        case .allow where !request.isGuarded && !request.hasRefusal: return QuotaOutcome(.allowedUnseen)
        case .allow, .local: return self.share(request.charges, request.unseen, request.outcome)
        }
    }

    /// Takes the charges at some places from this process's share; the others keep what the store said.
    private func share(_ charges: QuotaCharges, _ places: UInt8, _ known: QuotaOutcome) -> QuotaOutcome {
        var own = QuotaCharges()
        for place in 0..<charges.count where places & 1 << UInt8(place) != 0 { own.append(charges[place]) }
        let now = self.loop?.now ?? RecordTime.now().monotonicNanoseconds
        let taken = self.shared.memory.take(own, now: now, parts: self.shared.processCount)
        var outcome = QuotaOutcome(.share)
        var next = 0
        for place in 0..<charges.count {
            if places & 1 << UInt8(place) == 0 {
                outcome[place] = known[place]
            } else {
                outcome[place] = taken[next]
                next += 1
            }
        }
        return outcome
    }
}
