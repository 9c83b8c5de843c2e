package import GatehouseCore

/// Brings what other processes ended into the list that this process asks.
///
/// Reads the table of revocations from where it last was, all of it at the start, several times a second. While the store is away the
/// list stays as it is, and what came meanwhile is read once it is back.
package struct RevocationFollower: Sendable {
    private let store: any AccountsStore
    private let revocations: Revocations
    private let clock: @Sendable () -> Int64
    private let interval: Duration
    private let report: @Sendable (StoreFault?) -> Void

    /// Makes a follower.
    ///
    /// - Parameters:
    ///   - store: Where the table is.
    ///   - revocations: The list of this process.
    ///   - clock: The wall clock in microseconds since 1970.
    ///   - interval: The pause between two looks.
    ///   - report: Is told when the store goes away, once, and nil when it is back; called from `run`.
    package init(
        store: any AccountsStore,
        revocations: Revocations,
        clock: @escaping @Sendable () -> Int64,
        interval: Duration = .milliseconds(250),
        report: @escaping @Sendable (StoreFault?) -> Void
    ) {
        self.store = store
        self.revocations = revocations
        self.clock = clock
        self.interval = interval
        self.report = report
    }

    /// Follows until the task is cancelled.
    ///
    /// `whenLoaded` is called once, after everything that the table held at the start is in the list.
    package func run(whenLoaded: @Sendable () -> Void = {}) async {
        var last: Int64 = 0
        var isLoaded = false
        var isAway = false
        while !Task.isCancelled {
            do throws(StoreFault) {
                last = try await self.follow(after: last)
                if isAway { self.report(nil) }
                isAway = false
                if !isLoaded { whenLoaded() }
                isLoaded = true
            } catch {
                if !isAway { self.report(error) }
                isAway = true
            }
            do {
                try await Task.sleep(for: self.interval)
            } catch {
                return
            }
        }
    }

    /// Takes in everything behind a number, and returns the last number.
    ///
    /// Where the row of that number is no longer there, the table may be another one: a database that was put back begins to count
    /// anew. Then everything is read again, which costs little and changes nothing that is known.
    package func follow(after last: Int64) async throws(StoreFault) -> Int64 {
        let rows = try await self.rows(after: max(0, last - 1))
        guard last == 0 || rows.first?.sequence == last else { return try await self.load() }
        return try await self.take(rows, last)
    }

    private func load() async throws(StoreFault) -> Int64 {
        try await self.take(try await self.rows(after: 0), 0)
    }

    private func take(_ first: [StoredRevocation], _ last: Int64) async throws(StoreFault) -> Int64 {
        var rows = first
        var last = last
        while true {
            let now = self.clock() / 1_000_000
            self.revocations.insert(rows.filter { $0.sequence > last && $0.entry.until > now }.map(\.entry))
            last = rows.last?.sequence ?? last
            guard rows.count == RevocationFollower.page else { return last }
            rows = try await self.rows(after: last)
        }
    }

    private func rows(after sequence: Int64) async throws(StoreFault) -> [StoredRevocation] {
        try await self.store.read { reads throws(StoreFault) in
            try reads.revocations(after: sequence, limit: RevocationFollower.page)
        }
    }

    private static let page = 1000
}
