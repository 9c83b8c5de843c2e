/// What a quota said to one request.
package struct QuotaState: Sendable, Equatable {
    /// Whether the quota has room for the request.
    package let isAllowed: Bool
    /// How many more requests would be allowed now.
    package var remaining: Int { Int(self.count) }
    /// The whole seconds until one more is allowed, at least 1; 0 if none was taken.
    package var seconds: Int { Int(self.delay) }
    private let count: Int32
    private let delay: Int32

    /// Makes a state.
    package init(isAllowed: Bool, remaining: Int, seconds: Int) {
        self.isAllowed = isAllowed
        self.count = Int32(clamping: remaining)
        self.delay = Int32(clamping: seconds)
    }

    /// Makes a state of what is left of the burst, in nanoseconds, after the request.
    package init(isAllowed: Bool, left: Int64, limit: QuotaLimit) {
        let left = max(0, left)
        let remaining = isAllowed ? min(Int64(limit.requests), left / limit.interval) : 0
        // Until the time that is left has grown to one interval more than what `remaining` stands for.
        let missing = (remaining &+ 1) &* limit.interval &- left
        self.init(
            isAllowed: isAllowed,
            remaining: Int(remaining),
            seconds: remaining >= limit.requests ? 0 : Int(max(1, (missing &+ 999_999_999) / 1_000_000_000))
        )
    }

    /// A state that says nothing.
    static let empty = QuotaState(isAllowed: true, remaining: 0, seconds: 0)
}
