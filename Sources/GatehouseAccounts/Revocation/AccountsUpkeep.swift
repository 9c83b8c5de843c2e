package import GatehouseCore

/// Deletes what has run out, in the store and in the list of revocations, so that neither grows.
package struct AccountsUpkeep: Sendable {
    private let store: any AccountsStore
    private let revocations: Revocations
    private let clock: @Sendable () -> Int64
    private let interval: Duration

    /// Makes one; `clock` is the wall clock in microseconds since 1970, `interval` the pause between two rounds.
    package init(
        store: any AccountsStore,
        revocations: Revocations,
        clock: @escaping @Sendable () -> Int64,
        interval: Duration = .seconds(300)
    ) {
        self.store = store
        self.revocations = revocations
        self.clock = clock
        self.interval = interval
    }

    /// Works until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            await self.round()
            do {
                try await Task.sleep(for: self.interval)
            } catch {
                return
            }
        }
    }

    /// One round; a store that is away is left for the next.
    package func round() async {
        let now = self.clock()
        self.revocations.removeExpired(at: now / 1_000_000)
        do throws(StoreFault) {
            try await self.store.removeExpired(at: now)
        } catch {
            return
        }
    }
}
