internal import GatehouseCore

/// A request whose quotas the store has not all answered.
struct WaitingQuotas {
    /// Who is told; nil once that is done, or not wanted any more.
    var waiter: (any QuotaWaiter)?
    let charges: QuotaCharges
    let isGuarded: Bool
    let deadline: UInt64
    /// The charges without an answer so far, a bit each.
    var open: UInt8
    /// The charges that will have none.
    var unseen: UInt8
    /// What was answered.
    var outcome = QuotaOutcome(.store)

    /// What an answer does to a request.
    enum Progress {
        case isOpen
        case isComplete
        /// Nobody waits any more.
        case isOver
        /// The answer is nothing that the script says.
        case isMalformed
    }

    /// Nobody's.
    static var none: WaitingQuotas {
        WaitingQuotas(waiter: nil, charges: QuotaCharges(), isGuarded: false, deadline: 0, open: 0, unseen: 0)
    }

    /// Takes what the script said to the charges at some places, such as `159400000000;` for each.
    mutating func take(_ answer: ArraySlice<UInt8>, for places: UInt8, _ table: QuotaTable) -> Progress {
        guard self.waiter != nil else { return .isOver }
        var rest = answer
        var places = places
        while places != 0 {
            let place = places.trailingZeroBitCount
            guard let verdict = rest.popFirst(), verdict == 0x30 || verdict == 0x31,
                let end = rest.firstIndex(of: 0x3B), let left = rest[..<end].decimal
            else { return .isMalformed }
            rest = rest[(end + 1)...]
            let limit = table.limit(of: self.charges[place])
            self.outcome[place] = QuotaState(isAllowed: verdict == 0x31, left: Int64(left), limit: limit)
            self.open &= ~(1 << UInt8(truncatingIfNeeded: place))
            places &= places &- 1
        }
        guard rest.isEmpty else { return .isMalformed }
        return self.open == 0 ? .isComplete : .isOpen
    }

    /// The charges at some places will have no answer.
    mutating func giveUp(_ places: UInt8) -> Progress {
        guard self.waiter != nil else { return .isOver }
        self.unseen |= places
        self.open &= ~places
        return self.open == 0 ? .isComplete : .isOpen
    }

    /// Whether a quota that was answered refuses.
    var hasRefusal: Bool {
        for place in 0..<self.charges.count where (self.open | self.unseen) & 1 << UInt8(place) == 0 {
            if !self.outcome[place].isAllowed { return true }
        }
        return false
    }
}

extension QuotaCharges {
    /// All charges, a bit each.
    var everyPlace: UInt8 {
        UInt8(truncatingIfNeeded: (1 << self.count) - 1)
    }

    /// The charges of the same subject as the one at a place, from there on, a bit each.
    func group(at place: Int) -> UInt8 {
        let key = self[place].key
        var group: UInt8 = 0
        for other in place..<self.count where self[other].key.isSame(key) {
            group |= 1 << UInt8(truncatingIfNeeded: other)
        }
        return group
    }
}

extension QuotaKey {
    fileprivate func isSame(_ other: QuotaKey) -> Bool {
        self.low == other.low && self.high == other.high && self.kind.rawValue == other.kind.rawValue
    }
}
