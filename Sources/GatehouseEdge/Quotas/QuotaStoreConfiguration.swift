package import GatehouseCore

/// Where quotas are counted, as configuration checked it; immutable.
package struct QuotaStoreConfiguration: Sendable {
    /// Which store it is.
    package enum Kind: Sendable {
        /// This process alone.
        case memory
        /// Redis, shared by all processes.
        case redis(RedisConfiguration)
    }

    /// What happens to requests while the store is away.
    package enum Fallback: Sendable {
        /// This process's share of each quota applies.
        case local
        /// Requests pass, but guarded ones take from this process's share.
        case allow
        /// Requests are refused.
        case deny
    }

    /// The quotas.
    package var table: QuotaTable
    /// Where they are counted.
    package var kind: Kind
    /// How long a request waits for the store.
    package var timeoutNanoseconds: UInt64
    /// What happens while the store is away.
    package var whenStoreFails: Fallback

    /// Makes a configuration.
    package init(
        table: QuotaTable,
        kind: Kind = .memory,
        timeoutNanoseconds: UInt64 = 20_000_000,
        whenStoreFails: Fallback = .local
    ) {
        self.table = table
        self.kind = kind
        self.timeoutNanoseconds = timeoutNanoseconds
        self.whenStoreFails = whenStoreFails
    }
}
