internal import GatehouseCore
internal import GatehouseCrypto
internal import NIOCore

#if canImport(Glibc)
private import Glibc
#endif

/// Everything that one event loop owns: connections, exchanges, streams to the apps, the token cache, counters, scratch storage.
///
/// Nothing in it is shared with another loop and nothing in it is locked. A sweep five times a second looks at all deadlines; no
/// request schedules a task.
final class LoopContext {
    let limits: EdgeLimits
    let correlation: Correlation
    let tokens: VerifiedTokenCache
    let records: LoopRecords
    /// Where requests take their quotas from.
    let quotas: any QuotaStore
    /// The accounts service, or nil if there is none.
    let accounts: AccountsDesk?
    /// Lines of the answer under construction; used within one call.
    var lines = FieldLines()
    /// Monotonic nanoseconds, read at most once an event.
    private(set) var now: UInt64 = 0
    /// Milliseconds since 1970, as old as `now`.
    private(set) var wallMilliseconds: Int64 = 0
    /// Seconds since 1970, as old as `now`.
    private(set) var wallSeconds: Int64 = 0
    /// The value of `Date`, as old as `now`.
    private(set) var date: [UInt8] = []
    /// Whether answers announce the end of their connection.
    private(set) var isDraining = false

    private let upstreams: [any Upstream]
    private let upstreamTimings: [UpstreamTimings]
    private var random = RequestIdentifierGenerator()
    private var exchanges: [Exchange] = []
    private var connections: [any LoopConnection] = []
    private var dirty: [any LoopConnection] = []
    private var buffers: [ByteBuffer] = []
    private var heads: [RequestHead] = []
    private var dateSecond: Int64 = -1
    private var pageReleases = 0

    /// How many output buffers a loop keeps for reuse.
    private static let keptBuffers = 16
    /// How many heads a loop keeps for reuse.
    private static let keptHeads = 256
    /// The capacity above which an output buffer is not kept.
    private static let keptCapacity = 64 * 1024
    /// How many connections may drop their pages in one sweep: each costs a system call, and requests wait meanwhile.
    private static let pageReleasesPerSweep = 256

    init(
        limits: EdgeLimits,
        correlation: Correlation,
        tokens: VerifiedTokenCache,
        records: LoopRecords,
        quotas: any QuotaStore,
        accounts: AccountsDesk? = nil,
        upstreams: [any Upstream],
        timings: [UpstreamTimings]
    ) {
        self.limits = limits
        self.correlation = correlation
        self.tokens = tokens
        self.records = records
        self.quotas = quotas
        self.accounts = accounts
        self.upstreams = upstreams
        self.upstreamTimings = timings
        self.tick()
    }

    // MARK: Time

    /// Reads the clocks; called when an event begins.
    func tick() {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        self.now = UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
        unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
        self.wallSeconds = Int64(time.tv_sec)
        self.wallMilliseconds = self.wallSeconds &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
        if self.wallSeconds != self.dateSecond {
            self.dateSecond = self.wallSeconds
            HTTPDate.write(self.wallSeconds, to: &self.date)
        }
    }

    /// Looks at every deadline; called five times a second.
    func sweep() {
        self.tick()
        self.pageReleases = 0
        for index in self.exchanges.indices.reversed() where index < self.exchanges.count {
            self.exchanges[index].sweep(self.now)
        }
        for index in self.connections.indices.reversed() where index < self.connections.count {
            self.connections[index].sweep(self.now)
        }
        self.records.sweep(self)
        self.flush()
    }

    // MARK: Exchanges

    /// Takes an exchange into the list that the sweep looks at.
    func begin(_ exchange: Exchange) {
        exchange.slot = self.exchanges.count
        self.exchanges.append(exchange)
        self.records.requestBegan()
    }

    /// Closes the record of an exchange; false if that was done before.
    func end(_ exchange: Exchange) -> Bool {
        let slot = exchange.slot
        guard slot >= 0, slot < self.exchanges.count else { return false }
        exchange.slot = -1
        let last = self.exchanges.removeLast()
        if last !== exchange {
            self.exchanges[slot] = last
            last.slot = slot
        }
        self.records.requestEnded(exchange, self)
        return true
    }

    /// Gives the request its id and its place in a trace.
    func correlate(_ exchange: Exchange) {
        self.correlation.adopt(exchange.head, exchange.peer, record: &exchange.record, random: self.random.next())
    }

    /// The streams to an upstream.
    func upstream(_ index: Int) -> any Upstream {
        self.upstreams[index]
    }

    /// The timings of an upstream.
    func timings(_ index: Int) -> UpstreamTimings {
        self.upstreamTimings[index]
    }

    // MARK: Connections

    /// Takes a connection into the list that the sweep looks at.
    func add(_ connection: any LoopConnection) {
        connection.slot = self.connections.count
        self.connections.append(connection)
    }

    /// Forgets a connection.
    func remove(_ connection: any LoopConnection) {
        let slot = connection.slot
        guard slot >= 0, slot < self.connections.count else { return }
        connection.slot = -1
        let last = self.connections.removeLast()
        if last !== connection {
            self.connections[slot] = last
            last.slot = slot
        }
    }

    /// Whether one more connection may drop its pages in this sweep.
    func takePageRelease() -> Bool {
        guard self.pageReleases < LoopContext.pageReleasesPerSweep else { return false }
        self.pageReleases += 1
        return true
    }

    /// Notes that a connection has something to write at the end of this turn.
    func markDirty(_ connection: any LoopConnection) {
        self.dirty.append(connection)
    }

    /// Writes what the turn has gathered; flushing may bring on more, which is written, too.
    func flush() {
        while let connection = self.dirty.popLast() {
            connection.flush()
        }
    }

    /// An empty buffer for output.
    func takeBuffer() -> ByteBuffer {
        self.buffers.popLast() ?? ByteBufferAllocator().buffer(capacity: 4096)
    }

    /// Takes a written buffer back for reuse.
    func giveBack(_ buffer: consuming ByteBuffer) {
        guard self.buffers.count < LoopContext.keptBuffers, buffer.capacity <= LoopContext.keptCapacity else { return }
        buffer.clear()
        self.buffers.append(buffer)
    }

    /// An empty head for the next request.
    func takeHead() -> RequestHead {
        self.heads.popLast() ?? RequestHead()
    }

    /// Takes a head back for reuse, unless a request made it large.
    func giveBack(_ head: RequestHead) {
        guard self.heads.count < LoopContext.keptHeads, head.bytes.capacity <= LoopContext.keptCapacity else { return }
        head.reset()
        self.heads.append(head)
    }

    // MARK: Shutdown

    /// From now on answers announce the end of their connection.
    func announceEnd() {
        self.isDraining = true
    }

    /// From now on connections end with the request that they carry, and idle ones within a second.
    func drain() {
        self.announceEnd()
        for index in self.connections.indices.reversed() where index < self.connections.count {
            self.connections[index].drain()
        }
        self.flush()
    }

    /// Ends what still runs; used when the drain deadline has passed.
    func endAll() {
        self.tick()
        while let exchange = self.exchanges.last {
            let count = self.exchanges.count
            exchange.drainDeadlinePassed()
            guard self.exchanges.count < count else { break }
        }
        self.flush()
        self.quotas.stop()
        for index in self.connections.indices.reversed() where index < self.connections.count {
            self.connections[index].close()
        }
    }

    /// What the loop has counted.
    func snapshot() -> MetricsSnapshot {
        var snapshot = self.records.metrics.snapshot()
        snapshot.quotaRoundTrips = self.quotas.facts.roundTrips
        return snapshot
    }

    /// How many client connections and exchanges are open.
    var activity: (connections: Int, exchanges: Int) {
        (self.connections.count { $0.isClient }, self.exchanges.count)
    }
}

/// A connection as its loop sees it.
protocol LoopConnection: AnyObject {
    /// The place in the loop's list, kept by the loop.
    var slot: Int { get set }
    /// Whether the other end is a client.
    var isClient: Bool { get }
    /// Writes what has been gathered.
    func flush()
    /// Looks at the clock.
    func sweep(_ now: UInt64)
    /// Ends the connection with the request that it carries.
    func drain()
    /// Ends the connection now.
    func close()
}
