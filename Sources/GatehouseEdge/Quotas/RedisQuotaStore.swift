internal import GatehouseCore
internal import NIOCore

/// The quotas of one loop in Redis.
///
/// All calls of one turn of the loop leave in one write, one call of the script for each server (for each subject in a
/// cluster, where only their own keys are together); a request costs no future and no task.
/// A request never waits for connecting, and never longer than the timeout: then this process decides as `QuotaStoreConfiguration.Fallback`
/// says. Charges that the store did answer keep their answers. Confined to its loop.
final class RedisQuotaStore: QuotaStore {
    let shared: QuotaShared
    let redis: RedisConfiguration
    let table: QuotaTable
    let writer: QuotaCallWriter
    let timeout: UInt64
    var waiting = NumberedQueue(filler: WaitingQuotas.none)
    var topology: (any RedisTopology)?
    var loop: LoopContext?
    var counts = QuotaFacts()
    private var eventLoop: (any EventLoop)?
    private var hasTimer = false

    /// How many requests of one loop wait at most; those beyond are decided here at once.
    private static let mostWaiting = 4096

    init(_ shared: QuotaShared, _ redis: RedisConfiguration) {
        self.shared = shared
        self.redis = redis
        self.table = shared.configuration.table
        self.writer = QuotaCallWriter(table: self.table)
        self.timeout = shared.configuration.timeoutNanoseconds
    }

    var facts: QuotaFacts {
        self.counts
    }

    func start(on loop: LoopContext, eventLoop: any EventLoop) {
        guard self.loop == nil else { return }
        self.loop = loop
        self.eventLoop = eventLoop
        self.shared.loopBegan()
        let settings = RedisNodeSettings(
            shared: self.shared,
            tls: self.redis.tls,
            timeout: self.timeout,
            loop: loop,
            eventLoop: eventLoop
        )
        self.topology = self.makeTopology(settings)
        self.topology?.start()
    }

    func stop() {
        self.topology?.stop()
        self.topology = nil
        self.failAll()
        self.loop = nil
    }

    // MARK: Requests

    func take(_ charges: QuotaCharges, isGuarded: Bool, for waiter: any QuotaWaiter) -> QuotaOutcome? {
        guard !charges.isEmpty else { return QuotaOutcome(.store) }
        guard let loop = self.loop, let topology = self.topology, self.waiting.count < RedisQuotaStore.mostWaiting,
            self.writer.knows(charges)
        else { return self.unseen(charges, isGuarded) }
        var call = RedisCall(kind: .quotas, ticket: self.waiting.next)
        var seen: UInt8 = 0
        var open: UInt8 = 0
        for place in 0..<charges.count where seen & 1 << UInt8(place) == 0 {
            call.places = topology.isOneServer ? charges.everyPlace : charges.group(at: place)
            seen |= call.places
            guard let connection = topology.node(for: charges[place].key)?.usable else { continue }
            open |= call.places
            connection.send(call) { self.writer.write(charges, call.places, asText: false, to: &$0) }
        }
        guard open != 0 else { return self.unseen(charges, isGuarded) }
        self.waiting.append(
            WaitingQuotas(
                waiter: waiter,
                charges: charges,
                isGuarded: isGuarded,
                deadline: loop.now &+ self.timeout,
                open: open,
                unseen: seen & ~open
            )
        )
        if !self.hasTimer { self.setTimer(self.timeout) }
        return nil
    }

    func giveBack(_ refund: QuotaRefund) {
        guard let loop = self.loop else { return }
        if case .share = refund.source {
            _ = self.shared.memory.take(refund.charges, now: loop.now, parts: self.shared.processCount)
            return
        }
        // One charge, so one subject; a script that the server has forgotten is not worth a second call.
        guard self.writer.knows(refund.charges),
            let connection = self.topology?.node(for: refund.charges[0].key)?.usable
        else { return }
        connection.send(RedisCall(kind: .ignored)) {
            self.writer.write(refund.charges, refund.charges.everyPlace, asText: false, to: &$0)
        }
    }

    func forget(_ waiter: any QuotaWaiter) {
        for number in self.waiting.first..<self.waiting.next {
            _ = self.waiting.update(number) { request in
                if request.waiter === waiter { request.waiter = nil }
            }
        }
        self.dropFinished()
    }

    /// Removes from the front of the queue what nobody waits for.
    func dropFinished() {
        while self.waiting.update(self.waiting.first, { $0.waiter == nil }) == true {
            _ = self.waiting.popFirst()
        }
    }

    // MARK: Deadlines

    /// All requests wait equally long, so the first in the queue is always the next to be late.
    private func setTimer(_ delay: UInt64) {
        guard let eventLoop = self.eventLoop else { return }
        self.hasTimer = true
        eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(Int64(clamping: delay))) { [weak self] in
            guard let self, let loop = self.loop else { return }
            self.hasTimer = false
            loop.tick()
            self.expire(loop.now)
            loop.flush()
        }
    }

    private func expire(_ now: UInt64) {
        self.dropFinished()
        while let request = self.waiting.oldest {
            guard request.deadline <= now else {
                if !self.hasTimer { self.setTimer(request.deadline &- now) }
                return
            }
            self.counts.timeouts &+= 1
            self.fail(self.waiting.first, request.open, blames: true)
            self.dropFinished()
        }
    }
}
