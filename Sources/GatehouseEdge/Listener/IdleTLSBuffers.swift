internal import NIOCore

/// Drops the pages of a connection's TLS buffers when it has been idle for a second, once for each time that it is.
///
/// A part of the connection, which says what goes on. Confined to its loop.
struct IdleTLSBuffers {
    private let lease: TLSBufferSlots.Lease
    private let arena: TLSBufferArena
    private var quietSweeps = 0
    private var isReleased = false
    /// Whether parts of the plaintext buffer were passed on that may not have been written yet.
    private var isShared = false

    /// How many sweeps, five a second, a connection has to be idle for.
    private static let patience = 6

    init(_ lease: TLSBufferSlots.Lease, of arena: TLSBufferArena = .shared) {
        self.lease = lease
        self.arena = arena
    }

    /// A request is over, so the connection is not idle.
    mutating func noteActivity() {
        self.quietSweeps = 0
        self.isReleased = false
    }

    /// Content of this size was passed on without a copy; smaller pieces are copied at once by whoever gets them.
    mutating func notePassedOn(_ size: Int) {
        if size > HTTP1AnswerWriter.copyLimit { self.isShared = true }
    }

    /// Plaintext has arrived.
    mutating func noteRead(_ buffer: ByteBuffer) {
        guard self.isShared else { return }
        self.noteRead(at: unsafe buffer.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) })
    }

    /// Plaintext has arrived and lies here.
    ///
    /// The TLS handler writes into its buffer only if nobody else holds a part of it, and into a copy otherwise. So if
    /// this is in the slot nothing that was passed on before is still in use.
    mutating func noteRead(at address: UInt) {
        if self.arena.holdsPlaintext(address, self.lease) { self.isShared = false }
    }

    /// Looks at the connection once a sweep.
    ///
    /// - Parameters:
    ///   - isIdle: whether the handshake is over and the codec holds neither a byte of a request nor one of an answer.
    ///   - channel: the connection's channel.
    ///   - loop: the loop, which does only so much of this in one sweep.
    mutating func sweep(isIdle: Bool, channel: any Channel, loop: LoopContext) {
        guard isIdle else { return self.noteActivity() }
        guard !self.isReleased else { return }
        self.quietSweeps += 1
        guard
            self.quietSweeps >= IdleTLSBuffers.patience,
            // The channel holds on to records that the socket did not take.
            (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) == 0,
            loop.takePageRelease()
        else { return }
        self.isReleased = true
        self.arena.release(self.lease, keepsPlaintext: self.isShared)
    }
}
