package import GatehouseCore
internal import GatehouseCrypto
private import Synchronization

/// What all loops know of the quotas together: the counts in memory, how many processes there are, whether the store answers.
///
/// One for the process; `Sendable`.
///
/// While the store is away each process lets at most `max(1, requests / N)` of a quota through at once, and as many in a period, where
/// N is how many processes were last seen in the store; so all N together at most about one quota at once and as much again in each period,
/// on top of what the store granted before.
/// A process that has never seen the store counts itself alone, and its share is the whole quota.
package final class QuotaShared: Sendable {
    /// How the quotas are kept.
    package let configuration: QuotaStoreConfiguration
    /// The counts of the store `memory`, and of this process's share while Redis is away.
    package let memory: MemoryQuotas
    /// Names this process among those that share the store.
    let processName: [UInt8]
    let log: QuotaStoreLog

    private let processes = Atomic<Int>(1)
    private let decline = Mutex<Decline?>(nil)
    private let nextAnnouncement = Atomic<UInt64>(0)
    private let loops = Atomic<Int>(0)
    private let loopsUp = Atomic<Int>(0)

    /// Lower counts that were heard without a break: since when, and the highest of them.
    private struct Decline {
        var since: UInt64
        var most: Int
    }

    /// How often a process says that it is there.
    private static let announcementInterval: UInt64 = 2_000_000_000

    /// Makes the shared part of a process.
    package init(_ configuration: QuotaStoreConfiguration) {
        self.configuration = configuration
        self.log = QuotaStoreLog(fallback: configuration.whenStoreFails)
        self.memory = MemoryQuotas(table: configuration.table)
        self.processName = Random.bytes(8).flatMap { byte in
            [byte >> 4, byte & 0xF].map { $0 < 10 ? 0x30 + $0 : 0x57 + $0 }
        }
    }

    /// Whether every loop reaches the store; always true for `memory`.
    package var isStoreUp: Bool {
        guard case .redis = self.configuration.kind else { return true }
        let loops = self.loops.load(ordering: .relaxed)
        return loops > 0 && self.loopsUp.load(ordering: .relaxed) >= loops
    }

    /// Waits until every loop reaches the store, or that long.
    ///
    /// Before that each request is decided by this process alone, as if there were no others.
    package func waitUntilUp(atMost patience: Duration) async {
        let deadline = ContinuousClock.now + patience
        while !self.isStoreUp, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// How many processes shared the store when it was last heard of; at least 1.
    package var processCount: Int {
        self.processes.load(ordering: .relaxed)
    }

    /// Makes the store of one more loop.
    func makeStore() -> any QuotaStore {
        switch self.configuration.kind {
        case .memory: MemoryQuotaStore(self)
        case .redis(let redis): RedisQuotaStore(self, redis)
        }
    }

    func loopBegan() {
        self.loops.add(1, ordering: .relaxed)
    }

    /// Takes note of a loop that reaches the store now, or does not any more; logs it when it is the last, or the first.
    func loopChanged(isUp: Bool, _ fault: RedisFault?, _ address: RedisAddress) {
        // The time of an outage tells nothing about the others.
        if !isUp { self.decline.withLock { $0 = nil } }
        let up = self.loopsUp.add(isUp ? 1 : -1, ordering: .relaxed).newValue
        let loops = self.loops.load(ordering: .relaxed)
        guard fault != .stopped, up == (isUp ? loops : loops - 1) else { return }
        self.log.changed(isUp: isUp, fault, address)
    }

    /// Whether the caller is the one loop that announces the process now.
    func claimAnnouncement(_ now: UInt64) -> Bool {
        let due = self.nextAnnouncement.load(ordering: .relaxed)
        guard now >= due else { return false }
        let next = now &+ QuotaShared.announcementInterval
        return self.nextAnnouncement.compareExchange(expected: due, desired: next, ordering: .relaxed).exchanged
    }

    /// Takes note of how many processes announced themselves.
    ///
    /// More are believed at once. Fewer only after three times the interval at which everybody announces itself: a store that lost its
    /// data, or was away for longer than it remembers names, has not heard of the others yet.
    func counted(processes: Int, now: UInt64) {
        let known = self.processes.load(ordering: .relaxed)
        let believed = self.decline.withLock { decline in
            guard processes < known else {
                decline = nil
                return processes
            }
            let since = decline?.since ?? now
            let most = max(decline?.most ?? 1, processes)
            let isOver = now &- since >= 3 &* QuotaShared.announcementInterval
            decline = isOver ? nil : Decline(since: since, most: most)
            return isOver ? most : known
        }
        self.processes.store(max(1, believed), ordering: .relaxed)
    }
}
