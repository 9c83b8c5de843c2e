import NIOPosix
import Testing

@testable import GatehouseEdge

@Suite struct TLSBufferArenaTests {
    private let arena = TLSBufferArena(limit: 2)

    @Test func `the two buffers of a handler lie in the slot, whatever else is allocated does not`() throws {
        let handler = try #require(HandlerBuffers(in: self.arena))
        defer { handler.end() }
        #expect(self.arena.place(handler.outbound)?.buffer == .outbound)
        #expect(self.arena.place(handler.plaintext)?.buffer == .plaintext)
        #expect(self.arena.usage == (1, 2, 0))
        // Nothing is lent any more, so the same sizes come from elsewhere.
        for size in [TLSBufferArena.outboundSize, TLSBufferArena.plaintextSize, 1] {
            let other = self.arena.take(size)
            #expect(self.arena.place(other) == nil)
            self.arena.drop(other)
        }
        #expect(self.arena.usage == (1, 2, 0))
    }

    @Test func `what other threads allocate meanwhile does not land in the slot`() async throws {
        let arena = self.arena
        let lease = try #require(arena.beginLending())
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        let isElsewhere = try await thread.runIfActive {
            let other = arena.take(TLSBufferArena.outboundSize)
            defer { arena.drop(other) }
            return arena.place(other) == nil
        }
        try await thread.shutdownGracefully()
        #expect(isElsewhere)
        _ = arena.endLending(lease)
    }

    @Test func `when the slots are used up, buffers come from elsewhere, and from slots when one is free`() throws {
        let first = try #require(HandlerBuffers(in: self.arena))
        let second = try #require(HandlerBuffers(in: self.arena))
        #expect(self.arena.beginLending() == nil)
        let other = self.arena.take(TLSBufferArena.outboundSize)
        #expect(self.arena.place(other) == nil)
        self.arena.drop(other)
        first.end()
        let third = try #require(HandlerBuffers(in: self.arena))
        third.end()
        second.end()
        #expect(self.arena.usage == (0, 0, 0))
    }

    @Test func `a release drops what was written, of both buffers or of one`() throws {
        let handler = try #require(HandlerBuffers(in: self.arena))
        defer { handler.end() }
        handler.fill(7)
        self.arena.release(handler.lease, keepsPlaintext: true)
        #expect(handler.hold(0, 7))
        handler.fill(8)
        self.arena.release(handler.lease, keepsPlaintext: false)
        #expect(handler.hold(0, 0))
        handler.fill(9)
        #expect(handler.hold(9, 9))
        #expect(self.arena.usage.releases == 2)
    }

    @Test func `a release by somebody whose slot went to another connection does nothing`() throws {
        let former = try #require(HandlerBuffers(in: self.arena))
        former.end()
        let handler = try #require(HandlerBuffers(in: self.arena))
        defer { handler.end() }
        #expect(handler.lease.slot == former.lease.slot)
        handler.fill(7)
        self.arena.release(former.lease, keepsPlaintext: false)
        #expect(handler.hold(7, 7))
    }

    @Test func `a buffer grows where it lies, and moves with its bytes when it gets too long`() throws {
        let handler = try #require(HandlerBuffers(in: self.arena))
        handler.fill(7)
        let (size, room) = (TLSBufferArena.plaintextSize, TLSBufferArena.plaintextRoom)
        #expect(self.arena.move(handler.plaintext, from: size, to: room) == handler.plaintext)
        let moved = self.arena.move(handler.plaintext, from: room, to: room + 1)
        #expect(self.arena.place(moved) == nil)
        #expect(self.arena.holds(7, size, at: moved))
        #expect(self.arena.usage == (1, 1, 0))
        self.arena.drop(moved)
        self.arena.drop(handler.outbound)
        #expect(self.arena.usage == (0, 0, 0))
    }

    @Test func `memory from elsewhere grows and goes as ever`() {
        let small = self.arena.move(0, from: 0, to: 10)
        unsafe UnsafeMutableRawPointer(bitPattern: small)?.storeBytes(of: 7, as: UInt8.self)
        let large = self.arena.move(small, from: 10, to: 100_000)
        #expect(large != 0 && self.arena.holds(7, 1, at: large))
        self.arena.drop(large)
    }
}

/// What a TLS handler allocates in its life.
struct HandlerBuffers {
    let arena: TLSBufferArena
    let lease: TLSBufferSlots.Lease
    /// The addresses of the two.
    let outbound: UInt
    let plaintext: UInt

    /// Allocates as a handler that is added to a channel does; nil if there is no slot.
    init?(in arena: TLSBufferArena) {
        guard let lease = arena.beginLending() else { return nil }
        self.arena = arena
        self.lease = lease
        self.outbound = arena.take(TLSBufferArena.outboundSize)
        self.plaintext = arena.take(TLSBufferArena.plaintextSize)
        guard arena.endLending(lease) else { return nil }
    }

    /// Whether every byte of both buffers has these values.
    func hold(_ outbound: UInt8, _ plaintext: UInt8) -> Bool {
        self.arena.holds(outbound, TLSBufferArena.outboundSize, at: self.outbound)
            && self.arena.holds(plaintext, TLSBufferArena.plaintextSize, at: self.plaintext)
    }

    func fill(_ byte: UInt8) {
        unsafe UnsafeMutableRawPointer(bitPattern: self.outbound)?
            .initializeMemory(as: UInt8.self, repeating: byte, count: TLSBufferArena.outboundSize)
        unsafe UnsafeMutableRawPointer(bitPattern: self.plaintext)?
            .initializeMemory(as: UInt8.self, repeating: byte, count: TLSBufferArena.plaintextSize)
    }

    /// Frees both, as a handler that goes away does.
    func end() {
        self.arena.drop(self.outbound)
        self.arena.drop(self.plaintext)
    }
}

extension TLSBufferArena {
    /// The address of what `allocate` returns.
    func take(_ size: Int) -> UInt {
        UInt(bitPattern: unsafe self.allocate(size))
    }

    /// The address of what `reallocate` returns.
    func move(_ address: UInt, from old: Int, to new: Int) -> UInt {
        UInt(bitPattern: unsafe self.reallocate(UnsafeMutableRawPointer(bitPattern: address), from: old, to: new))
    }

    /// Gives memory back to `deallocate`.
    func drop(_ address: UInt) {
        if let start = unsafe UnsafeMutableRawPointer(bitPattern: address) { unsafe self.deallocate(start) }
    }

    /// Whether so many bytes from an address on have a value.
    func holds(_ byte: UInt8, _ count: Int, at address: UInt) -> Bool {
        let start = unsafe UnsafeRawPointer(bitPattern: address)
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe bytes.allSatisfy { $0 == byte }
    }
}
