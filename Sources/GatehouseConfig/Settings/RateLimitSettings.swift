/// The section `rate_limits`.
///
/// It is always there: without the section in the file only `failures` is on, and counted in memory.
package struct RateLimitSettings: Sendable {
    /// `store`, or `REDIS_URL` in its place: where counts are kept.
    package let store: Store
    /// `timeout`: how long a request waits for the store; connections are opened off the request path.
    package let timeout: Duration
    /// `when_store_fails`.
    package let whenStoreFails: StoreFailure
    /// `failures`, or nothing when refused tokens and logins are not counted.
    package let failures: FailureQuotaSettings?
    /// `policies`, in the order of the file, with different names.
    ///
    /// Routes name them by their index here.
    package let policies: [QuotaPolicySettings]

    /// Where counts are kept.
    package enum Store: Sendable {
        /// In this process; they are gone when it ends.
        case memory
        /// In Redis, where all processes share them.
        case redis(RedisSettings)
    }

    /// What happens to a request while the store is away.
    package enum StoreFailure: String, Sendable {
        /// It takes from this process's share of the quota.
        case local
        /// It passes.
        case allow
        /// It is refused: 503 `quota_unavailable`.
        case deny
    }

    /// The index in `policies` of the policy with this name, if there is one.
    package func index(ofPolicy name: String) -> Int? {
        policies.firstIndex { $0.name == name }
    }
}

/// `rate_limits.failures`: what refused tokens and logins take from, counted by address.
package struct FailureQuotaSettings: Sendable, Hashable {
    /// `requests` and `per`.
    package let limit: QuotaLimitSettings

    /// A quota of so many refusals.
    package init(limit: QuotaLimitSettings) {
        self.limit = limit
    }
}

/// So many requests in so long.
package struct QuotaLimitSettings: Sendable, Hashable {
    /// How many, from 1 to 1,000,000,000.
    package let requests: Int
    /// In how long, from one millisecond to one day.
    package let per: Duration

    /// A limit; the values are not checked.
    package init(requests: Int, per: Duration) {
        self.requests = requests
        self.per = per
    }
}
