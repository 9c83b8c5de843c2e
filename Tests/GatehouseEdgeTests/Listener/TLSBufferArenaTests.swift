import NIOPosix
import Testing

@testable import GatehouseEdge

@Suite struct TLSBufferArenaTests {
    private let arena = TLSBufferArena(limit: 2)

    @Test func `the two buffers of a handler lie in the slot, whatever else is allocated does not`() throws {
        let handler = try #require(unsafe HandlerBuffers(in: self.arena))
        defer { unsafe handler.end() }
        #expect(unsafe self.arena.place(UInt(bitPattern: handler.outbound))?.buffer == .outbound)
        #expect(unsafe self.arena.place(UInt(bitPattern: handler.plaintext))?.buffer == .plaintext)
        #expect(self.arena.usage == (1, 2, 0))
        // Nothing is lent any more, so the same sizes come from elsewhere.
        for size in [TLSBufferArena.outboundSize, TLSBufferArena.plaintextSize, 1] {
            let other = try #require(unsafe self.arena.allocate(size))
            #expect(self.arena.place(UInt(bitPattern: other)) == nil)
            unsafe self.arena.deallocate(other)
        }
        #expect(self.arena.usage == (1, 2, 0))
    }

    @Test func `what other threads allocate meanwhile does not land in the slot`() async throws {
        let arena = self.arena
        let lease = try #require(arena.beginLending())
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        let isElsewhere = try await thread.runIfActive {
            guard let other = unsafe arena.allocate(TLSBufferArena.outboundSize) else { return false }
            defer { unsafe arena.deallocate(other) }
            return arena.place(UInt(bitPattern: other)) == nil
        }
        try await thread.shutdownGracefully()
        #expect(isElsewhere)
        _ = arena.endLending(lease)
    }

    @Test func `when the slots are used up, buffers come from elsewhere, and from slots when one is free`() throws {
        let first = try #require(unsafe HandlerBuffers(in: self.arena))
        let second = try #require(unsafe HandlerBuffers(in: self.arena))
        #expect(unsafe HandlerBuffers(in: self.arena) == nil)
        let other = try #require(unsafe self.arena.allocate(TLSBufferArena.outboundSize))
        #expect(self.arena.place(UInt(bitPattern: other)) == nil)
        unsafe self.arena.deallocate(other)
        unsafe first.end()
        let third = try #require(unsafe HandlerBuffers(in: self.arena))
        unsafe third.end()
        unsafe second.end()
        #expect(self.arena.usage == (0, 0, 0))
    }

    @Test func `a release drops what was written, of both buffers or of one`() throws {
        let handler = try #require(unsafe HandlerBuffers(in: self.arena))
        defer { unsafe handler.end() }
        unsafe handler.fill(7)
        self.arena.release(handler.lease, keepsPlaintext: true)
        #expect(unsafe handler.outbound.allSatisfy { $0 == 0 } && handler.plaintext.allSatisfy { $0 == 7 })
        unsafe handler.fill(8)
        self.arena.release(handler.lease, keepsPlaintext: false)
        #expect(unsafe handler.outbound.allSatisfy { $0 == 0 } && handler.plaintext.allSatisfy { $0 == 0 })
        unsafe handler.fill(9)
        #expect(unsafe handler.outbound.allSatisfy { $0 == 9 } && handler.plaintext.allSatisfy { $0 == 9 })
        #expect(self.arena.usage.releases == 2)
    }

    @Test func `a release by somebody whose slot went to another connection does nothing`() throws {
        let former = try #require(unsafe HandlerBuffers(in: self.arena))
        unsafe former.end()
        let handler = try #require(unsafe HandlerBuffers(in: self.arena))
        defer { unsafe handler.end() }
        #expect(unsafe handler.lease.slot == former.lease.slot)
        unsafe handler.fill(7)
        self.arena.release(former.lease, keepsPlaintext: false)
        #expect(unsafe handler.outbound.allSatisfy { $0 == 7 } && handler.plaintext.allSatisfy { $0 == 7 })
    }

    @Test func `a buffer grows where it lies, and moves with its bytes when it gets too long`() throws {
        let handler = try #require(unsafe HandlerBuffers(in: self.arena))
        unsafe handler.fill(7)
        let start = unsafe handler.plaintext.baseAddress
        let (size, room) = (TLSBufferArena.plaintextSize, TLSBufferArena.plaintextRoom)
        #expect(unsafe self.arena.reallocate(start, from: size, to: room) == start)
        let moved = try #require(unsafe self.arena.reallocate(start, from: room, to: room + 1))
        #expect(self.arena.place(UInt(bitPattern: moved)) == nil)
        #expect(unsafe UnsafeRawBufferPointer(start: moved, count: size).allSatisfy { $0 == 7 })
        #expect(self.arena.usage == (1, 1, 0))
        unsafe self.arena.deallocate(moved)
        unsafe self.arena.deallocate(try #require(unsafe handler.outbound.baseAddress))
        #expect(self.arena.usage == (0, 0, 0))
    }

    @Test func `memory from elsewhere grows and goes as ever`() throws {
        let small = try #require(unsafe self.arena.reallocate(nil, from: 0, to: 10))
        unsafe small.storeBytes(of: 7, as: UInt8.self)
        let large = try #require(unsafe self.arena.reallocate(small, from: 10, to: 100_000))
        #expect(unsafe large.load(as: UInt8.self) == 7)
        unsafe self.arena.deallocate(large)
    }
}

/// What a TLS handler allocates in its life.
@unsafe struct HandlerBuffers {
    let arena: TLSBufferArena
    let lease: TLSBufferSlots.Lease
    let outbound: UnsafeMutableRawBufferPointer
    let plaintext: UnsafeMutableRawBufferPointer

    /// Allocates as a handler that is added to a channel does; nil if there is no slot.
    init?(in arena: TLSBufferArena) {
        guard let lease = arena.beginLending() else { return nil }
        unsafe self.arena = arena
        unsafe self.lease = lease
        let (outbound, plaintext) = (TLSBufferArena.outboundSize, TLSBufferArena.plaintextSize)
        unsafe self.outbound = UnsafeMutableRawBufferPointer(start: arena.allocate(outbound), count: outbound)
        unsafe self.plaintext = UnsafeMutableRawBufferPointer(start: arena.allocate(plaintext), count: plaintext)
        guard arena.endLending(lease) else { return nil }
    }

    func fill(_ byte: UInt8) {
        unsafe _ = self.outbound.initializeMemory(as: UInt8.self, repeating: byte)
        unsafe _ = self.plaintext.initializeMemory(as: UInt8.self, repeating: byte)
    }

    /// Frees both, as a handler that goes away does.
    func end() {
        for buffer in unsafe [self.outbound, self.plaintext] {
            if let start = unsafe buffer.baseAddress { unsafe self.arena.deallocate(start) }
        }
    }
}
