/// What a store has done since the start, and what waits, for metrics.
package struct SQLiteFacts: Sendable, Equatable {
    /// Mutations that were tried.
    package let mutations: UInt64
    /// Those of them that the database did not carry out.
    package let failures: UInt64
    /// Mutations that wait for their turn now.
    package let waitingMutations: Int
    /// Reads that wait for a thread now.
    package let waitingReads: Int
}
