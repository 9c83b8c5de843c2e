private import Synchronization

/// Quotas that live in this process: the store `memory`, and each process's share while Redis is away.
///
/// One for the whole process, since copies for each loop would multiply every quota by the cores; locked by stripes of subjects.
/// Bounded: a subject whose quota is full again is forgotten, and at the bound the one that is nearest to it.
package final class MemoryQuotas: Sendable {
    private let stripes: [Stripe]
    private let table: QuotaTable

    /// How many subjects a stripe remembers at most; with 64 stripes a million in all, about 64 MiB.
    private static let capacity = 16_384

    private final class Stripe: Sendable {
        let arrivals = Mutex<[Subject: Int64]>([:])
    }

    private struct Subject: Hashable {
        let policy: Int
        let key: QuotaKey
    }

    /// Makes empty quotas for the policies of a table.
    package init(table: QuotaTable) {
        self.table = table
        self.stripes = (0..<64).map { _ in Stripe() }
    }

    /// Takes all charges, each by itself: what one quota took is not given back when another refuses.
    ///
    /// - Parameters:
    ///   - charges: What is taken.
    ///   - now: Monotonic nanoseconds.
    ///   - parts: How many processes share each quota; 1 if it is ours alone.
    /// - Returns: What each quota said.
    package func take(_ charges: QuotaCharges, now: UInt64, parts: Int = 1) -> QuotaOutcome {
        var outcome = QuotaOutcome(parts == 1 ? .store : .share)
        let now = Int64(clamping: now)
        for place in 0..<charges.count {
            let charge = charges[place]
            let limit = self.table.limit(of: charge)
            outcome[place] = self.take(charge, from: parts == 1 ? limit : limit.share(of: parts), now: now)
        }
        return outcome
    }

    /// How many subjects are remembered.
    package var count: Int {
        self.stripes.reduce(0) { count, stripe in count + stripe.arrivals.withLock { $0.count } }
    }

    private func take(_ charge: QuotaCharge, from limit: QuotaLimit, now: Int64) -> QuotaState {
        let subject = Subject(policy: charge.policy, key: charge.key)
        let mixed = (charge.key.low ^ charge.key.high &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
        let stripe = self.stripes[Int(truncatingIfNeeded: mixed >> 58)]
        return stripe.arrivals.withLock { arrivals in
            var arrival = arrivals[subject] ?? .min
            let state = CellRate.take(Int64(charge.cost), from: limit, arrival: &arrival, now: now)
            if charge.cost < 0, arrivals[subject] == nil { return state }
            if charge.cost != 0, state.isAllowed {
                if arrivals.count >= MemoryQuotas.capacity, arrivals[subject] == nil {
                    MemoryQuotas.makeRoom(in: &arrivals, now: now)
                }
                arrivals[subject] = arrival
            }
            return state
        }
    }

    /// Forgets every subject that has nothing left to pay, or, if all have, the quarter that has least.
    private static func makeRoom(in arrivals: inout [Subject: Int64], now: Int64) {
        arrivals = arrivals.filter { $0.value > now }
        guard arrivals.count >= self.capacity * 3 / 4 else { return }
        let sorted = arrivals.values.sorted()
        let bound = sorted[sorted.count / 4]
        arrivals = arrivals.filter { $0.value > bound }
    }
}
