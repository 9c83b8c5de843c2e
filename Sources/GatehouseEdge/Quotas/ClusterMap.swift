internal import GatehouseCore
internal import NIOCore

/// The nodes of a cluster, and which slots each primary holds.
///
/// The map is asked for when a node says that it is wrong, and again and again while a primary is away, each time from another node; the
/// slots of the others go on undisturbed. Confined to its loop.
final class ClusterMap: RedisTopology {
    private let seeds: [RedisAddress]
    private let greeting: RedisGreeting
    private let settings: RedisNodeSettings
    private weak let owner: (any RedisNodeOwner)?
    private let censusSlot: Int
    private let counter = SlotCounter()
    private var nodes: [RedisAddress: RedisNode] = [:]
    /// Those that hold slots.
    private var primaries: [RedisNode] = []
    /// By slot: the place among `primaries`, or `noPrimary`.
    private var slots: [UInt16] = []
    private var isWhole = false
    private var isCurrent = false
    private var turn = 0
    private var askedAt: UInt64 = 0
    private var hasTimer = false
    private var isStopped = false

    private static let noPrimary = UInt16.max
    private static let slotCount = 16_384
    private static let askInterval = TimeAmount.milliseconds(100)
    /// How often a map is learned again that nobody contradicts.
    private static let mapAge: UInt64 = 10_000_000_000

    init(
        _ seeds: [RedisAddress],
        greeting: RedisGreeting,
        settings: RedisNodeSettings,
        owner: any RedisNodeOwner
    ) {
        self.seeds = seeds
        self.greeting = greeting
        self.settings = settings
        self.owner = owner
        self.censusSlot = self.counter.slot(of: ProcessCensus.key)
    }

    var isOneServer: Bool { false }
    var isUp: Bool {
        self.isWhole && self.primaries.allSatisfy(\.isUp)
    }

    var census: RedisConnection? {
        self.node(at: self.censusSlot)?.usable
    }

    func start() {
        for seed in self.seeds { _ = self.node(at: seed) }
    }

    func stop() {
        self.isStopped = true
        for node in self.nodes.values { node.stop() }
    }

    func node(for key: QuotaKey) -> RedisNode? {
        self.node(at: self.counter.slot(of: key))
    }

    private func node(at slot: Int) -> RedisNode? {
        guard slot < self.slots.count else { return nil }
        let place = Int(self.slots[slot])
        return place < self.primaries.count ? self.primaries[place] : nil
    }

    func node(at address: RedisAddress, namedBy other: RedisNode) -> RedisNode? {
        self.node(at: address.host.isEmpty ? RedisAddress(host: other.address.host, port: address.port) : address)
    }

    private func node(at address: RedisAddress) -> RedisNode? {
        if let node = self.nodes[address] { return node }
        guard !self.isStopped, let owner = self.owner else { return nil }
        let node = RedisNode(address, greeting: self.greeting, settings: self.settings, owner: owner)
        self.nodes[address] = node
        node.start()
        return node
    }

    // MARK: Learning

    func changed(_ node: RedisNode, fault: RedisFault?) {
        guard fault != .stopped else { return }
        if fault != nil { self.isCurrent = false }
        if !self.isCurrent { self.askSoon() }
    }

    func isOutdated() {
        self.isCurrent = false
        self.askSoon()
    }

    func swept(_ now: UInt64) {
        if now &- self.askedAt > ClusterMap.mapAge { self.isOutdated() }
    }

    /// Asks now, or as soon as the last question is old enough; goes on until all is well.
    private func askSoon() {
        guard !self.hasTimer, !self.isStopped else { return }
        self.ask()
        self.hasTimer = true
        self.settings.eventLoop.assumeIsolated().scheduleTask(in: ClusterMap.askInterval) { [weak self] in
            guard let self else { return }
            self.hasTimer = false
            guard !self.isCurrent || !self.isUp else { return }
            self.settings.loop.tick()
            self.askSoon()
            self.settings.loop.flush()
        }
    }

    private func ask() {
        self.askedAt = self.settings.loop.now
        let connected = self.nodes.values.filter { $0.usable != nil }.sorted { $0.address < $1.address }
        guard !connected.isEmpty else { return }
        self.turn &+= 1
        let node = connected[self.turn % connected.count]
        node.usable?.send(RedisCall(kind: .map)) { $0.writeCommand("CLUSTER", "SLOTS") }
    }

    func learn(_ reply: RedisReply, from node: RedisNode) {
        let ranges = reply.members.compactMap { SlotRange($0, from: node.address) }
        // A node that has not met the others yet knows nothing.
        guard !ranges.isEmpty else { return }
        var places: [RedisAddress: UInt16] = [:]
        var primaries: [RedisNode] = []
        var slots = [UInt16](repeating: ClusterMap.noPrimary, count: ClusterMap.slotCount)
        for range in ranges {
            if places[range.primary] == nil, let primary = self.node(at: range.primary) {
                places[range.primary] = UInt16(truncatingIfNeeded: primaries.count)
                primaries.append(primary)
            }
            guard let place = places[range.primary] else { continue }
            for slot in range.slots { slots[slot] = place }
        }
        self.primaries = primaries
        self.slots = slots
        self.isWhole = !slots.contains(ClusterMap.noPrimary)
        self.isCurrent = true
        self.retire()
        self.owner?.nodeChanged(node, fault: nil)
    }

    /// Ends the connections to nodes that hold nothing any more.
    private func retire() {
        for (address, node) in self.nodes
        where !self.seeds.contains(address) && !self.primaries.contains(where: { $0 === node }) {
            self.nodes[address] = nil
            node.stop()
        }
    }
}

extension RedisAddress: Comparable {
    /// By host, then by port.
    package static func < (left: RedisAddress, right: RedisAddress) -> Bool {
        (left.host, left.port) < (right.host, right.port)
    }
}
