/// A request that waits for its quotas, with the proof of what was decided before inside.
///
/// Noncopyable: whoever parks it holds the only permit, and resuming uses it up.
package struct PendingRequest: ~Copyable {
    /// What is taken.
    package let charges: QuotaCharges
    /// Whether the request must not be let through unseen while the store is away, because somebody could guess there.
    package let isGuarded: Bool
    private let next: Next

    private enum Next: ~Copyable {
        /// It goes on if the quotas have room.
        case admitted(Permit)
        /// It is refused in any case; the quota of failures only says how.
        case refused(Refusal)
    }

    init(charges: QuotaCharges, isGuarded: Bool, permit: consuming Permit) {
        self.charges = charges
        self.isGuarded = isGuarded
        self.next = .admitted(permit)
    }

    init(charges: QuotaCharges, refusal: Refusal) {
        self.charges = charges
        self.isGuarded = true
        self.next = .refused(refusal)
    }

    /// Gives the permit back if every quota has room, and throws the refusal that ends the request otherwise.
    consuming func settle(_ outcome: QuotaOutcome, _ table: QuotaTable) throws(Refusal) -> Permit {
        let charges = self.charges
        switch consume self.next {
        case .admitted(let permit):
            if case .denied = outcome.source { throw .quotaUnavailable }
            if let refusal = PendingRequest.refusal(charges, outcome, table) { throw refusal }
            return permit
        case .refused(let refusal):
            throw PendingRequest.refusal(charges, outcome, table) ?? refusal
        }
    }

    /// The refusal of the quotas that have no room, with the longest of their delays; nil if all have.
    private static func refusal(_ charges: QuotaCharges, _ outcome: QuotaOutcome, _ table: QuotaTable) -> Refusal? {
        switch outcome.source {
        case .allowedUnseen, .denied: return nil
        case .store, .share: break
        }
        var seconds = 0
        var isFailure = false
        for place in 0..<charges.count where !outcome[place].isAllowed && table.isEnforced(charges[place]) {
            seconds = max(seconds, outcome[place].seconds, 1)
            isFailure = isFailure || charges[place].policy == table.failures
        }
        guard seconds > 0 else { return nil }
        return isFailure ? .failuresExceeded(seconds: seconds) : .quotaExceeded(seconds: seconds)
    }
}

extension Destination {
    /// Whether somebody could guess credentials there.
    var isGuarded: Bool {
        guard case .accounts(let endpoint) = self else { return false }
        return endpoint.isGuarded || endpoint.checksPassword
    }

    /// Whether a failure is taken before the password is looked at.
    var checksPassword: Bool {
        guard case .accounts(let endpoint) = self else { return false }
        return endpoint.checksPassword
    }
}
