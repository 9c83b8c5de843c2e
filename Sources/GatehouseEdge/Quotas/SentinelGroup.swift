internal import GatehouseCore
internal import NIOCore

/// One primary, and sentinels that know which server it is.
///
/// All sentinels are asked twice a second, and more often while the primary is away, so that a failover is noticed within a second. Most
/// votes win; whoever is elected must say itself that it is a primary (security B-30). Confined to its loop.
final class SentinelGroup: RedisTopology {
    private let master: String
    private let greeting: RedisGreeting
    private let settings: RedisNodeSettings
    private weak let owner: (any RedisNodeOwner)?
    private var sentinels: [RedisNode] = []
    private var primary: RedisNode?
    private var votes: [RedisAddress: Vote] = [:]
    /// When a server last was no primary, or not reachable.
    private var rejections: [RedisAddress: UInt64] = [:]
    private var isStopped = false

    private struct Vote {
        let primary: RedisAddress
        let time: UInt64
    }

    private static let calmInterval = TimeAmount.milliseconds(500)
    private static let urgentInterval = TimeAmount.milliseconds(150)
    /// How long a vote counts.
    private static let voteAge: UInt64 = 2_000_000_000
    /// How long a server that was rejected is the last choice.
    private static let rejectionAge: UInt64 = 300_000_000
    /// How many calls to a sentinel may be under way.
    private static let mostCalls = 3

    init(
        _ addresses: [RedisAddress],
        master: String,
        greeting: RedisGreeting,
        sentinelGreeting: RedisGreeting,
        settings: RedisNodeSettings,
        owner: any RedisNodeOwner
    ) {
        self.master = master
        self.greeting = greeting
        self.settings = settings
        self.owner = owner
        self.sentinels = addresses.map { address in
            RedisNode(address, greeting: sentinelGreeting, settings: settings, owner: self)
        }
    }

    var isOneServer: Bool { true }
    var isUp: Bool { self.primary?.isUp ?? false }
    var census: RedisConnection? { self.primary?.usable }

    func start() {
        for sentinel in self.sentinels { sentinel.start() }
        self.scheduleRound()
    }

    func stop() {
        self.isStopped = true
        for sentinel in self.sentinels { sentinel.stop() }
        self.primary?.stop()
    }

    func node(for key: QuotaKey) -> RedisNode? { self.primary }
    func node(at address: RedisAddress, namedBy other: RedisNode) -> RedisNode? { nil }

    func changed(_ node: RedisNode, fault: RedisFault?) {
        guard node === self.primary, let fault, fault != .stopped else { return }
        self.rejections[node.address] = self.settings.loop.now
        self.ask()
    }

    func isOutdated() { self.ask() }
    func learn(_ reply: RedisReply, from node: RedisNode) {}
    func swept(_ now: UInt64) {}

    // MARK: Asking

    private func scheduleRound() {
        let interval = self.isUp ? SentinelGroup.calmInterval : SentinelGroup.urgentInterval
        self.settings.eventLoop.assumeIsolated().scheduleTask(in: interval) { [weak self] in
            guard let self, !self.isStopped else { return }
            self.settings.loop.tick()
            self.ask()
            self.settings.loop.flush()
            self.scheduleRound()
        }
    }

    private func ask() {
        for sentinel in self.sentinels { self.ask(sentinel) }
    }

    private func ask(_ sentinel: RedisNode) {
        guard let connection = sentinel.usable, connection.calls.count < SentinelGroup.mostCalls else { return }
        connection.send(RedisCall(kind: .map)) {
            $0.writeCommand("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.master)
        }
    }

    private func count(_ reply: RedisReply, from sentinel: RedisNode) {
        let members = reply.members
        guard members.count == 2, let host = members[0].string, let port = members[1].number, port > 0, port < 65_536
        else {
            self.votes[sentinel.address] = nil
            return
        }
        let vote = Vote(primary: RedisAddress(host: host, port: port), time: self.settings.loop.now)
        self.votes[sentinel.address] = vote
        self.elect()
    }

    private func elect() {
        let now = self.settings.loop.now
        var counts: [RedisAddress: Int] = [:]
        for vote in self.votes.values where now &- vote.time <= SentinelGroup.voteAge {
            counts[vote.primary, default: 0] += 1
        }
        // Whoever was just rejected comes after all others, and an equal vote is no reason to leave a primary that works.
        let current = self.primary?.address
        let best = counts.max { left, right in
            let leftIsLast = self.wasRejected(left.key, now)
            let rightIsLast = self.wasRejected(right.key, now)
            guard leftIsLast == rightIsLast else { return leftIsLast }
            return left.value == right.value ? right.key == current : left.value < right.value
        }
        guard let best = best?.key, best != current else { return }
        self.primary?.stop()
        let primary = self.owner.map { owner in
            RedisNode(best, greeting: self.greeting, settings: self.settings, owner: owner)
        }
        self.primary = primary
        primary?.start()
    }

    private func wasRejected(_ address: RedisAddress, _ now: UInt64) -> Bool {
        self.rejections[address].map { now &- $0 <= SentinelGroup.rejectionAge } ?? false
    }
}

extension SentinelGroup: RedisNodeOwner {
    func node(_ sentinel: RedisNode, answered call: RedisCall, reader: RedisReplyReader) {
        guard call.kind == .map else { return }
        self.count(reader.reply, from: sentinel)
    }

    func node(_ sentinel: RedisNode, lost call: RedisCall) {}

    func nodeChanged(_ sentinel: RedisNode, fault: RedisFault?) {
        if fault == nil { self.ask(sentinel) }
        if case .forbidden(let text)? = fault { self.settings.shared.log.isForbidden(text, by: sentinel.address) }
    }

    func nodeWasSwept(_ sentinel: RedisNode, now: UInt64) {}
}
