import Testing

@testable import GatehouseEdge

@Suite struct TLSBufferSlotsTests {
    @Test func `a slot is free again when both of its buffers are`() throws {
        var slots = TLSBufferSlots(limit: 1)
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
        var slots = TLSBufferSlots(limit: 1)
        let lease = try #require(slots.lend())
        #expect(!slots.settle(lease) && slots.lentCount == 0)
        #expect(slots.lend() != nil)
    }

    @Test func `a buffer that is freed twice, and one that never was, change nothing`() throws {
        var slots = TLSBufferSlots(limit: 2)
        let lease = try #require(slots.lend())
        #expect(slots.claim(.outbound, of: lease))
        for slot in [-1, 1, 2, lease.slot] {
            #expect(!slots.free(.plaintext, of: slot))
        }
        #expect(slots.lentCount == 1 && slots.usedCount == 1)
    }

    @Test func `few free slots keep their pages, the others drop them`() throws {
        var slots = TLSBufferSlots(limit: 100)
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
