/// The clocks of one exchange: how long each side may be silent while something is owed.
///
/// Pure: told what happens and what time it is (monotonic nanoseconds), says which deadline has passed. Two kinds of bound hold for
/// bodies: no progress at all for `body_idle_timeout`, and less than a minimum rate over a longer time, since one byte now and then
/// would keep a connection for years (security D-02, D-03).
struct ExchangeDeadlines {
    enum Passed {
        case none
        /// The client owes content of the request.
        case request
        /// The app owes its head.
        case response
        /// The client does not take the answer.
        case write
    }

    /// Bytes a second below which a body counts as stalled.
    static let minimumRate: UInt64 = 240
    /// How long a body may be slower than that, in nanoseconds.
    static let rateGrace: UInt64 = 20_000_000_000

    private var bodyIdle: UInt64 = 0
    private var responseTimeout: UInt64 = 0
    private var responseDeadline = UInt64.max
    private var request = Progress()
    private var write = Progress()
    private var isAnswerPending = false
    /// When the whole request must be there, however fast it comes.
    var requestDeadline = UInt64.max
    private var heldSince: UInt64 = 0
    /// When the app last took content, or was first given some after it had taken all.
    private var takenAt: UInt64 = 0

    private struct Progress {
        var lastAt: UInt64 = 0
        var startedAt: UInt64 = 0
        var bytes: UInt64 = 0

        mutating func start(_ now: UInt64) {
            self.lastAt = now
            self.startedAt = now
            self.bytes = 0
        }

        mutating func advance(_ count: Int, _ now: UInt64) {
            self.lastAt = now
            self.bytes &+= UInt64(clamping: count)
        }

        func isStalled(_ now: UInt64, idle: UInt64) -> Bool {
            guard self.startedAt > 0, now > self.lastAt else { return false }
            if now &- self.lastAt > idle { return true }
            let elapsed = now &- self.startedAt
            // Whoever is silent from the start has the whole idle time; the rate is for those who send a little now and then.
            guard elapsed > ExchangeDeadlines.rateGrace, self.bytes > 0 || elapsed > idle else { return false }
            return self.bytes < elapsed / 1_000_000_000 &* ExchangeDeadlines.minimumRate
        }
    }

    mutating func forwarded(_ now: UInt64, limits: EdgeLimits, upstream: UpstreamTimings) {
        self.bodyIdle = limits.bodyIdleTimeout
        self.responseTimeout = upstream.responseTimeout
        self.responseDeadline = now &+ upstream.responseTimeout
        self.request.start(now)
    }

    /// The client sent content, which the app's codec now holds.
    mutating func requestProgressed(_ count: Int, _ now: UInt64) {
        self.request.advance(count, now)
        if self.heldSince == 0 {
            self.heldSince = now
            self.takenAt = now
        }
    }

    mutating func requestEnded(_ now: UInt64) {
        self.extendResponse(now)
    }

    /// The app took content: it is alive, and its head is due later.
    ///
    /// While the app held everything back the client owed nothing, so that time does not count against its rate.
    mutating func appProgressed(pending: Int, _ now: UInt64) {
        self.takenAt = now
        if pending == 0, self.heldSince > 0 {
            self.request.startedAt &+= now &- self.heldSince
            self.request.lastAt = now
            self.heldSince = 0
        }
        self.extendResponse(now)
    }

    mutating func answered() {
        self.responseDeadline = .max
    }

    mutating func answerPending(_ now: UInt64) {
        guard !self.isAnswerPending else { return }
        self.isAnswerPending = true
        self.write.start(now)
    }

    mutating func answerProgressed(_ count: Int, pending: Int, _ now: UInt64) {
        self.write.advance(count, now)
        if pending == 0 { self.isAnswerPending = false }
    }

    func passed(_ now: UInt64, isRequestOwed: Bool) -> Passed {
        if self.isAnswerPending, self.write.isStalled(now, idle: self.bodyIdle) { return .write }
        if isRequestOwed, now > self.requestDeadline || self.request.isStalled(now, idle: self.bodyIdle) {
            return .request
        }
        // An app that takes nothing for so long hangs, whether it has begun its answer or not.
        if self.heldSince > 0, now > self.takenAt, now &- self.takenAt > self.bodyIdle { return .response }
        // An app that has taken all there is waits for the client, not the other way round.
        if !isRequestOwed, now > self.responseDeadline { return .response }
        return .none
    }

    private mutating func extendResponse(_ now: UInt64) {
        guard self.responseDeadline != .max else { return }
        self.responseDeadline = now &+ self.responseTimeout
    }
}
