/// Which slots of the arena are lent, and which of their two buffers are in use.
///
/// Pure bookkeeping without memory of its own. A slot goes to one TLS handler and is free again when both buffers are.
struct TLSBufferSlots {
    /// The two buffers that a TLS handler keeps as long as it lives.
    enum Buffer: UInt8 {
        /// Records on their way to the socket.
        case outbound = 1
        /// Plaintext on its way to the codec.
        case plaintext = 2
    }

    /// The right to one slot, which ends when the slot is free: the next one to get it has another generation.
    struct Lease: Equatable {
        let slot: Int
        fileprivate let generation: UInt32
    }

    private struct Slot {
        var used: UInt8 = 0
        var generation: UInt32 = 0
    }

    /// How many slots there may be.
    let limit: Int
    /// How many slots are lent.
    private(set) var lentCount = 0
    /// How many buffers are in use.
    private(set) var usedCount = 0
    private var slots: [Slot] = []
    private var warm: [Int] = []
    private var cold: [Int] = []

    /// How many free slots keep their pages, so that a connection that follows another pays for none.
    private static let keptWarm = 32

    init(limit: Int) {
        self.limit = limit
    }

    /// Lends a slot, or nil if all are lent.
    ///
    /// `settle` has to follow, since a slot of which nothing is claimed would never become free.
    mutating func lend() -> Lease? {
        guard let slot = self.warm.popLast() ?? self.cold.popLast() ?? self.make() else { return nil }
        self.lentCount += 1
        return Lease(slot: slot, generation: self.slots[slot].generation)
    }

    /// Marks a buffer as used; false if it is already.
    mutating func claim(_ buffer: Buffer, of lease: Lease) -> Bool {
        guard self.isValid(lease), self.slots[lease.slot].used & buffer.rawValue == 0 else { return false }
        self.slots[lease.slot].used |= buffer.rawValue
        self.usedCount += 1
        return true
    }

    /// Takes a slot back if nothing of it was claimed; returns whether something was.
    mutating func settle(_ lease: Lease) -> Bool {
        guard self.isValid(lease) else { return false }
        if self.slots[lease.slot].used != 0 { return true }
        _ = self.takeBack(lease.slot)
        return false
    }

    /// Marks a buffer as unused; returns true if its slot is free now and has to drop its pages.
    mutating func free(_ buffer: Buffer, of slot: Int) -> Bool {
        guard self.slots.indices.contains(slot), self.slots[slot].used & buffer.rawValue != 0 else { return false }
        self.slots[slot].used &= ~buffer.rawValue
        self.usedCount -= 1
        guard self.slots[slot].used == 0 else { return false }
        return self.takeBack(slot)
    }

    /// Whether the slot still belongs to whom it was lent.
    func isValid(_ lease: Lease) -> Bool {
        self.slots.indices.contains(lease.slot) && self.slots[lease.slot].generation == lease.generation
    }

    private mutating func make() -> Int? {
        guard self.slots.count < self.limit else { return nil }
        self.slots.append(Slot())
        return self.slots.count - 1
    }

    /// Puts a slot among the free ones; returns whether it belongs to those without pages.
    private mutating func takeBack(_ slot: Int) -> Bool {
        self.slots[slot].generation &+= 1
        self.lentCount -= 1
        guard self.warm.count < TLSBufferSlots.keptWarm else {
            self.cold.append(slot)
            return true
        }
        self.warm.append(slot)
        return false
    }
}
