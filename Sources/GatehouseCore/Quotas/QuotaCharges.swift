/// What one request takes from quotas: at most eight charges, without an allocation.
package struct QuotaCharges: Sendable {
    /// The most policies that a request takes from.
    package static let capacity = 8

    /// How many charges there are.
    package private(set) var count = 0
    /// Whether a failure is taken before it is known to be one, to be given back if it is none.
    package var holdsFailure = false
    private var charges = InlineArray<8, QuotaCharge>(repeating: .none)

    /// No charge.
    package init() {}

    /// Whether nothing is taken.
    package var isEmpty: Bool {
        self.count == 0
    }

    /// The charge at a place below `count`; one that takes nothing elsewhere.
    package subscript(place: Int) -> QuotaCharge {
        place >= 0 && place < self.count ? self.charges[place] : .none
    }

    /// Adds a charge; one that is too many is left out, which configuration rules out.
    package mutating func append(_ charge: QuotaCharge) {
        guard self.count < QuotaCharges.capacity else { return }
        self.charges[self.count] = charge
        self.count += 1
    }
}

/// One policy, one subject, and how much of it; small, since every request carries its charges with it.
package struct QuotaCharge: Sendable {
    /// Whose quota it is.
    package let key: QuotaKey
    private let policyPlace: UInt16
    private let tierPlace: UInt16
    private let amount: Int8

    /// The place of the policy in the table.
    package var policy: Int { Int(self.policyPlace) }
    /// The place of the limit in the policy.
    package var tier: Int { Int(self.tierPlace) }
    /// How many requests are taken; 0 only looks whether there is room for one, less than 0 gives back.
    package var cost: Int { Int(self.amount) }

    /// Makes a charge; places that no table has, and costs beyond a byte, are clamped.
    package init(policy: Int, tier: Int, cost: Int, key: QuotaKey) {
        self.policyPlace = UInt16(clamping: policy)
        self.tierPlace = UInt16(clamping: tier)
        self.amount = Int8(clamping: cost)
        self.key = key
    }

    static let none = QuotaCharge(
        policy: .max,
        tier: 0,
        cost: 0,
        key: QuotaKey(address: NetworkAddress(high: 0, low: 0))
    )
}

/// What the store said to the charges of one request.
package struct QuotaOutcome: Sendable {
    /// Who answered.
    package enum Source: Sendable {
        /// The store that the configuration names.
        case store
        /// This process alone, for its share, because the store is away.
        case share
        /// Nobody: the store is away and the request is allowed all the same.
        case allowedUnseen
        /// Nobody: the store is away and the request is refused.
        case denied
    }

    /// Who answered.
    package let source: Source
    private var states = InlineArray<8, QuotaState>(repeating: .empty)

    /// An outcome in which nothing was said yet.
    package init(_ source: Source) {
        self.source = source
    }

    /// What the quota at a place among the charges said.
    package subscript(place: Int) -> QuotaState {
        get { place >= 0 && place < QuotaCharges.capacity ? self.states[place] : .empty }
        set {
            guard place >= 0, place < QuotaCharges.capacity else { return }
            self.states[place] = newValue
        }
    }
}

/// What a request took, and what it was told: kept until the answer's head is written.
package struct TakenQuotas: Sendable {
    /// What was taken.
    package let charges: QuotaCharges
    /// What the quotas said.
    package let outcome: QuotaOutcome

    /// Puts the two together.
    package init(charges: QuotaCharges, outcome: QuotaOutcome) {
        self.charges = charges
        self.outcome = outcome
    }
}

/// One charge that is given back, because what it was taken for was no failure after all.
package struct QuotaRefund: Sendable {
    /// The charge, with the cost -1.
    package let charges: QuotaCharges
    /// Whom it was taken from: the store, or this process's share.
    package let source: QuotaOutcome.Source
}
