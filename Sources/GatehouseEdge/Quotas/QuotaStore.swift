internal import GatehouseCore
internal import NIOCore

/// Who is told what the quotas said when the answer is not there at once.
///
/// Confined to its loop.
protocol QuotaWaiter: AnyObject {
    /// The quotas have answered, or the store has failed; called once for each `take` that returned nil, on the loop.
    ///
    /// Whoever calls it flushes the loop afterwards.
    func quotasTaken(_ outcome: QuotaOutcome)
}

/// Where one loop takes its requests' quotas from.
///
/// Confined to its loop; what several loops share is in `QuotaShared`.
protocol QuotaStore: AnyObject {
    /// What the metrics tell of this loop's store.
    var facts: QuotaFacts { get }

    /// Begins to connect; called once, on the loop. Before it the store counts as away.
    func start(on loop: LoopContext, eventLoop: any EventLoop)

    /// Takes all charges, each by itself: what one quota took is not given back when another refuses.
    ///
    /// - Parameters:
    ///   - charges: What is taken.
    ///   - isGuarded: Whether the request must not pass unseen while the store is away, as a login (security Q-12).
    ///   - waiter: Who is told later.
    /// - Returns: The outcome, or nil if `waiter` is told later, but within the configured timeout.
    func take(_ charges: QuotaCharges, isGuarded: Bool, for waiter: any QuotaWaiter) -> QuotaOutcome?

    /// Gives back what was taken, to whoever it was taken from; nobody is told, and a store that is away keeps it.
    func giveBack(_ refund: QuotaRefund)

    /// Tells this waiter nothing any more; what was taken stays taken.
    func forget(_ waiter: any QuotaWaiter)

    /// Ends the connections for good; called once, on the loop.
    func stop()
}
