import Testing

@testable import GatehouseEdge

@Suite struct TLSBufferSlotsTests {
    @Test func `a slot is free again when both of its buffers are`() throws {
        let slots = SlotsBox(limit: 1)
        let lease = try #require(slots.lend())
        #expect(slots.claim(.outbound, of: lease) && slots.claim(.plaintext, of: lease))
        #expect(!slots.claim(.plaintext, of: lease))
        #expect(slots.settle(lease) && slots.lentCount == 1 && slots.usedCount == 2)
        #expect(slots.lend() == nil)
        _ = slots.free(.outbound, of: lease.slot)
        #expect(slots.isValid(lease) && slots.lend() == nil)
        _ = slots.free(.plaintext, of: lease.slot)
        #expect(!slots.isValid(lease) && slots.lentCount == 0 && slots.usedCount == 0)
        let next = try #require(slots.lend())
        #expect(next.slot == lease.slot && next != lease)
        #expect(!slots.claim(.outbound, of: lease) && !slots.settle(lease) && slots.lentCount == 1)
    }

    @Test func `a slot of which nothing was claimed goes back`() throws {
        let slots = SlotsBox(limit: 1)
        let lease = try #require(slots.lend())
        #expect(!slots.settle(lease) && slots.lentCount == 0)
        #expect(slots.lend() != nil)
    }

    @Test func `a buffer that is freed twice, and one that never was, change nothing`() throws {
        let slots = SlotsBox(limit: 2)
        let lease = try #require(slots.lend())
        #expect(slots.claim(.outbound, of: lease))
        for slot in [-1, 1, 2, lease.slot] {
            #expect(!slots.free(.plaintext, of: slot))
        }
        #expect(slots.lentCount == 1 && slots.usedCount == 1)
    }

    @Test func `few free slots keep their pages, the others drop them`() throws {
        let slots = SlotsBox(limit: 100)
        let leases = (0..<100).compactMap { _ in slots.lend() }
        #expect(leases.allSatisfy { slots.claim(.outbound, of: $0) })
        let dropped = leases.count { slots.free(.outbound, of: $0.slot) }
        #expect(dropped == 68 && slots.lentCount == 0)
        // Those with pages come first.
        let again = (0..<32).compactMap { _ in slots.lend()?.slot }
        #expect(Set(again) == Set(leases.prefix(32).map(\.slot)))
        #expect((0..<68).allSatisfy { _ in slots.lend() != nil } && slots.lend() == nil)
    }
}

/// Slots whose functions can be called inside expectations, which take no mutating ones.
private final class SlotsBox {
    private var slots: TLSBufferSlots

    init(limit: Int) {
        self.slots = TLSBufferSlots(limit: limit)
    }

    var lentCount: Int { self.slots.lentCount }
    var usedCount: Int { self.slots.usedCount }

    func lend() -> TLSBufferSlots.Lease? { self.slots.lend() }
    func claim(_ buffer: TLSBufferSlots.Buffer, of lease: TLSBufferSlots.Lease) -> Bool {
        self.slots.claim(buffer, of: lease)
    }
    func settle(_ lease: TLSBufferSlots.Lease) -> Bool { self.slots.settle(lease) }
    func free(_ buffer: TLSBufferSlots.Buffer, of slot: Int) -> Bool { self.slots.free(buffer, of: slot) }
    func isValid(_ lease: TLSBufferSlots.Lease) -> Bool { self.slots.isValid(lease) }
}
