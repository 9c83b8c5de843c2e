internal import GatehouseCore
internal import NIOCore

/// Who has to do with a server of Redis: the store, or what finds the servers for it.
///
/// Confined to its loop.
protocol RedisNodeOwner: AnyObject {
    /// A reply to anything but a probe has come.
    func node(_ node: RedisNode, answered call: RedisCall, reader: RedisReplyReader)
    /// This call will have no reply.
    func node(_ node: RedisNode, lost call: RedisCall)
    /// Whether the node serves has changed, or it was tried in vain.
    func nodeChanged(_ node: RedisNode, fault: RedisFault?)
    /// The loop looks at its deadlines, while the node is connected.
    func nodeWasSwept(_ node: RedisNode, now: UInt64)
}

/// One server as a loop sees it: its connection, made again whenever it is lost, and its breaker.
///
/// The breaker opens when five requests in a row had no answer in time or an error; nothing is sent then but a probe every 100 ms, until
/// one is answered in time. A probe takes from a quota of its own, so that a server which cannot write is found out. Connecting is tried again after 50 ms to 1 s, no two loops at the same moment; after a fault that only a person can
/// end, every 5 s. Confined to its loop.
final class RedisNode: RedisConnectionOwner {
    let address: RedisAddress
    private(set) var connection: RedisConnection?

    private let greeting: RedisGreeting
    private let tls: TLSContext?
    private let shared: QuotaShared
    private let timeout: UInt64
    private let loop: LoopContext
    private let eventLoop: any EventLoop
    private weak let owner: (any RedisNodeOwner)?

    private var isConnected = false
    private var isOpen = false
    private var isStopped = false
    private var failures = 0
    private var attempts = 0
    /// Whose call failed last.
    private var suspect: QuotaKey?
    private var hasProbe = false
    private var isProbing = false

    private static let failuresToOpen = 5
    private static let probeInterval = TimeAmount.milliseconds(100)
    /// How many calls may be without a reply, late ones included.
    private static let mostCalls = 16_384

    init(
        _ address: RedisAddress,
        greeting: RedisGreeting,
        settings: RedisNodeSettings,
        owner: any RedisNodeOwner
    ) {
        self.address = address
        self.greeting = greeting
        self.tls = settings.tls
        self.shared = settings.shared
        self.timeout = settings.timeout
        self.loop = settings.loop
        self.eventLoop = settings.eventLoop
        self.owner = owner
    }

    /// Whether requests are sent there.
    var isUp: Bool {
        self.isConnected && !self.isOpen
    }

    /// The connection for one more call, or nil while there is none or it is of no use.
    var usable: RedisConnection? {
        guard self.isUp, let connection = self.connection else { return nil }
        return connection.calls.count < RedisNode.mostCalls ? connection : nil
    }

    func start() {
        self.connect()
    }

    func stop() {
        self.isStopped = true
        self.connection?.end(.stopped)
    }

    /// An answer came in time.
    func succeeded() {
        self.failures = 0
        guard self.attempts != 0 else { return }
        self.attempts = 0
        self.shared.log.isAllowed()
    }

    /// A request had no answer in time, or an error; `key` is whose it was.
    func failed(_ key: QuotaKey) {
        self.failures += 1
        self.suspect = key
        guard self.failures >= RedisNode.failuresToOpen, self.isUp else { return }
        self.isOpen = true
        self.owner?.nodeChanged(self, fault: .silent)
        self.scheduleProbe()
    }

    // MARK: Connecting

    private func connect() {
        guard !self.isStopped, self.connection == nil else { return }
        let connection = RedisConnection(
            to: self.address,
            greeting: self.greeting,
            tls: self.tls,
            loop: self.loop,
            owner: self
        )
        self.connection = connection
        connection.connect(on: self.eventLoop)
    }

    func connectionIsReady(_ connection: RedisConnection) {
        self.isConnected = true
        self.isOpen = false
        self.failures = 0
        self.owner?.nodeChanged(self, fault: nil)
    }

    func connection(_ connection: RedisConnection, endedBy fault: RedisFault, calls: NumberedQueue<RedisCall>) {
        guard connection === self.connection else { return }
        self.connection = nil
        self.isConnected = false
        self.isOpen = false
        self.hasProbe = false
        var calls = calls
        while let call = calls.popFirst() {
            if call.kind != .greeting, call.kind != .probe { self.owner?.node(self, lost: call) }
        }
        // The loop closes its connections when it ends.
        if fault == .stopped { self.isStopped = true }
        self.scheduleConnect(after: fault)
        self.owner?.nodeChanged(self, fault: fault)
    }

    private func scheduleConnect(after fault: RedisFault) {
        guard !self.isStopped else { return }
        self.attempts += 1
        var milliseconds = min(1000, Int64(50) << Int64(min(self.attempts - 1, 5)))
        if case .forbidden = fault { milliseconds = 5000 }
        let delay = TimeAmount.milliseconds(Int64.random(in: milliseconds / 2...milliseconds))
        self.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            guard let self else { return }
            self.loop.tick()
            self.connect()
            self.loop.flush()
        }
    }

    // MARK: Probes

    private func scheduleProbe() {
        guard !self.isProbing else { return }
        self.isProbing = true
        self.eventLoop.assumeIsolated().scheduleTask(in: RedisNode.probeInterval) { [weak self] in
            guard let self else { return }
            self.isProbing = false
            guard self.isOpen, let connection = self.connection else { return }
            self.loop.tick()
            if !self.hasProbe {
                self.hasProbe = true
                connection.send(RedisCall(kind: .probe)) { QuotaCallWriter.writeProbe(of: self.suspect, to: &$0) }
                self.loop.flush()
            }
            self.scheduleProbe()
        }
    }

    func connection(_ connection: RedisConnection, answered call: RedisCall) {
        guard connection === self.connection else { return }
        guard call.kind == .probe else {
            self.owner?.node(self, answered: call, reader: connection.reader)
            return
        }
        self.hasProbe = false
        switch connection.reader.errorText.map({ RedisErrorReply($0) }) {
        case .fault(let fault): return connection.end(fault)
        case .failed, .clusterDown: return
        // The next request brings the script, or learns who holds the key.
        case nil, .scriptUnknown, .moved, .ask, .tryAgain, .spoiled: break
        }
        guard self.isOpen, self.loop.now &- call.sentAt <= self.timeout else { return }
        self.isOpen = false
        self.failures = 0
        self.owner?.nodeChanged(self, fault: nil)
    }

    func connectionWasSwept(_ connection: RedisConnection, now: UInt64) {
        self.owner?.nodeWasSwept(self, now: now)
    }
}

/// What the nodes of one store have in common.
struct RedisNodeSettings {
    let shared: QuotaShared
    let tls: TLSContext?
    let timeout: UInt64
    let loop: LoopContext
    let eventLoop: any EventLoop
}
