internal import GatehouseCore
internal import NIOCore

/// The store `memory` as one loop sees it: the process's own counts, which answer at once.
final class MemoryQuotaStore: QuotaStore {
    private let shared: QuotaShared
    private var loop: LoopContext?

    init(_ shared: QuotaShared) {
        self.shared = shared
    }

    var facts: QuotaFacts {
        QuotaFacts(isUp: true)
    }

    func start(on loop: LoopContext, eventLoop: any EventLoop) {
        self.loop = loop
    }

    func take(_ charges: QuotaCharges, isGuarded: Bool, for waiter: any QuotaWaiter) -> QuotaOutcome? {
        let now = self.loop?.now ?? RecordTime.now().monotonicNanoseconds
        return self.shared.memory.take(charges, now: now)
    }

    func giveBack(_ refund: QuotaRefund) {
        let now = self.loop?.now ?? RecordTime.now().monotonicNanoseconds
        _ = self.shared.memory.take(refund.charges, now: now)
    }

    func forget(_ waiter: any QuotaWaiter) {}

    func stop() {
        self.loop = nil
    }
}
