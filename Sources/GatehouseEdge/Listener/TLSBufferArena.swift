internal import NIOCore
private import Synchronization

#if canImport(Glibc)
private import Glibc
#endif

/// Memory for the two buffers that a TLS handler keeps for life, laid out such that an idle connection can return it.
///
/// One reservation of addresses for the process, cut into slots that begin and end on pages; a buffer has room to grow
/// where it lies. Whoever finds a connection idle drops the pages with `release`; whoever writes there next gets fresh
/// ones. When the slots are used up, or the system refuses the reservation, the buffers come from `malloc` as ever.
/// `docs/decisions/0003-idle-tls-memory.md` has the reasons and the figures.
///
/// `Sendable`: one lock around the bookkeeping, taken when a connection begins, ends or goes idle, never for a request.
final class TLSBufferArena: Sendable {
    /// The arena of the process: the channel library's allocators are C functions and carry no context.
    static let shared = TLSBufferArena(limit: 16_384)

    /// What the TLS handler asks for when it is added to a channel: first this for its records.
    static let outboundSize = 16 * 1024
    /// Then this for plaintext.
    static let plaintextSize = 32 * 1024

    static let outboundRoom = 128 * 1024
    static let plaintextRoom = 64 * 1024
    private static let slotRoom = outboundRoom + plaintextRoom
    /// How many slots become accessible at a time: the others count towards no limit of committed memory.
    private static let step = 64

    /// Where the reservation begins, as a number: most of what is done with it is arithmetic.
    private let base: UInt
    private let length: Int
    private let state: Mutex<State>

    private struct State {
        var slots: TLSBufferSlots
        /// The slot that a thread is adding a TLS handler with.
        var lending: [pthread_t: TLSBufferSlots.Lease] = [:]
        /// How many slots are accessible.
        var openCount = 0
        var releaseCount = 0
    }

    /// Reserves addresses for so many slots; no memory yet.
    init(limit: Int) {
        self.length = limit * TLSBufferArena.slotRoom
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        let start = unsafe mmap(nil, self.length, PROT_NONE, flags, -1, 0)
        let isReserved = unsafe start != MAP_FAILED
        self.base = isReserved ? UInt(bitPattern: start) : 0
        self.state = Mutex(State(slots: TLSBufferSlots(limit: isReserved ? limit : 0)))
        // A huge page would make ten slots resident at the first byte of one.
        if isReserved { _ = unsafe madvise(start, self.length, MADV_NOHUGEPAGE) }
    }

    deinit {
        if self.base > 0 { _ = unsafe munmap(self.pointer(self.base), self.length) }
    }

    /// How many slots are lent, how many of their buffers are in use, and how often pages were dropped.
    var usage: (slots: Int, buffers: Int, releases: Int) {
        self.state.withLock { ($0.slots.lentCount, $0.slots.usedCount, $0.releaseCount) }
    }

    // MARK: Lending

    /// Runs `body`, which adds a TLS handler to the channel, such that the handler's buffers lie in a slot.
    ///
    /// The channel has its own allocator back when this returns, so that nothing else comes from here.
    ///
    /// - Parameters:
    ///   - channel: a channel of the calling loop.
    ///   - body: adds the handler.
    /// - Returns: the slot, or nil if the buffers lie elsewhere.
    /// - Throws: what `body` throws.
    func lend(to channel: any Channel, while body: () throws -> Void) rethrows -> TLSBufferSlots.Lease? {
        guard
            let options = channel.syncOptions,
            let before = try? options.getOption(.allocator),
            let lease = self.beginLending()
        else {
            try body()
            return nil
        }
        try? options.setOption(.allocator, value: TLSBufferArena.allocator)
        defer { try? options.setOption(.allocator, value: before) }
        do {
            try body()
        } catch {
            _ = self.endLending(lease)
            throw error
        }
        return self.endLending(lease) ? lease : nil
    }

    /// Begins to lend a slot to what this thread allocates; nil if there is none.
    func beginLending() -> TLSBufferSlots.Lease? {
        self.state.withLock { state in
            guard let lease = state.slots.lend() else { return nil }
            guard self.open(lease.slot, &state) else {
                _ = state.slots.settle(lease)
                return nil
            }
            state.lending[pthread_self()] = lease
            return lease
        }
    }

    /// Ends that; returns whether a buffer lies in the slot.
    func endLending(_ lease: TLSBufferSlots.Lease) -> Bool {
        self.state.withLock { state in
            state.lending[pthread_self()] = nil
            return state.slots.settle(lease)
        }
    }

    private func open(_ slot: Int, _ state: inout State) -> Bool {
        guard slot >= state.openCount else { return true }
        let count = min(state.openCount + TLSBufferArena.step, state.slots.limit)
        let start = unsafe self.pointer(self.address(of: state.openCount))
        let length = (count - state.openCount) * TLSBufferArena.slotRoom
        guard unsafe mprotect(start, length, PROT_READ | PROT_WRITE) == 0 else { return false }
        state.openCount = count
        return true
    }

    // MARK: Releasing

    /// Drops the pages of a slot's buffers; a slot that went to somebody else in the meantime is left alone.
    ///
    /// The caller vouches that nobody needs what is in them: no record waits for the socket and, unless
    /// `keepsPlaintext`, no part of what was read is still in use.
    func release(_ lease: TLSBufferSlots.Lease, keepsPlaintext: Bool) {
        self.state.withLock { state in
            guard state.slots.isValid(lease) else { return }
            state.releaseCount &+= 1
            self.discard(lease.slot, keepsPlaintext ? TLSBufferArena.outboundRoom : TLSBufferArena.slotRoom)
        }
    }

    /// Whether an address lies in the slot's plaintext buffer.
    func holdsPlaintext(_ address: UInt, _ lease: TLSBufferSlots.Lease) -> Bool {
        let start = self.address(of: lease.slot) &+ UInt(TLSBufferArena.outboundRoom)
        return address >= start && address < start &+ UInt(TLSBufferArena.plaintextRoom)
    }

    private func discard(_ slot: Int, _ length: Int) {
        _ = unsafe madvise(self.pointer(self.address(of: slot)), length, MADV_DONTNEED)
    }

    // MARK: Places

    /// One of a slot's two buffers.
    struct Place {
        let slot: Int
        let buffer: TLSBufferSlots.Buffer

        /// How long the buffer can become.
        var room: Int { self.buffer == .outbound ? outboundRoom : plaintextRoom }
    }

    /// A buffer of the slot that is being lent on this thread, if this is the size of one.
    func claim(_ size: Int) -> UnsafeMutableRawPointer? {
        let buffer: TLSBufferSlots.Buffer
        switch size {
        case TLSBufferArena.outboundSize: buffer = .outbound
        case TLSBufferArena.plaintextSize: buffer = .plaintext
        default: return nil
        }
        let slot = self.state.withLock { state -> Int? in
            guard let lease = state.lending[pthread_self()] else { return nil }
            return state.slots.claim(buffer, of: lease) ? lease.slot : nil
        }
        guard let slot else { return nil }
        let offset = buffer == .outbound ? 0 : UInt(TLSBufferArena.outboundRoom)
        return unsafe self.pointer(self.address(of: slot) + offset)
    }

    /// The buffer that begins at an address, or nil if that is none of the arena's.
    func place(_ address: UInt) -> Place? {
        guard self.base > 0, address >= self.base, address - self.base < UInt(self.length) else { return nil }
        let (slot, offset) = Int(address - self.base).quotientAndRemainder(dividingBy: TLSBufferArena.slotRoom)
        return Place(slot: slot, buffer: offset < TLSBufferArena.outboundRoom ? .outbound : .plaintext)
    }

    /// Ends the use of a buffer.
    func vacate(_ place: Place) {
        self.state.withLock { state in
            if state.slots.free(place.buffer, of: place.slot) { self.discard(place.slot, TLSBufferArena.slotRoom) }
        }
    }

    private func address(of slot: Int) -> UInt {
        self.base + UInt(slot * TLSBufferArena.slotRoom)
    }

    private func pointer(_ address: UInt) -> UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: address)
    }
}
