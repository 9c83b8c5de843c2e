package import GatehouseCore

/// Where accounts, sessions and revocations are kept; another target fills it with a database.
///
/// Implementations do their blocking work on threads of their own, with a bound on what may wait, and may be called from any task.
/// Every function throws `unavailable` at once or after the busy timeout while the database is away, and works again by itself
/// when it is back.
package protocol AccountsStore: Sendable {
    /// Runs a closure that only reads, on one consistent state of the database.
    ///
    /// Sees everything that was committed before the call. The closure may be run again after a conflict and so has no effects but
    /// its value; it is synchronous, and the reads must not leave it.
    ///
    /// - Throws: `unavailable` or `corrupt`, or what the closure throws.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any AccountsReads) throws(StoreFault) -> Value
    ) async throws(StoreFault) -> Value

    /// Runs a closure as one transaction, isolated from all others as if they came one after the other, and records its event.
    ///
    /// The order is: begin for writing, run the closure, append the event to the audit log and wait until it is on the disk, commit,
    /// return. If the closure throws or the event cannot be written (`auditUnavailable`, or a log that is not required goes without)
    /// everything is rolled back. If the commit fails after the event was written, the same event follows with the result `failure`, and
    /// the fault is thrown. The closure may be run again after a conflict and so has no effects but its value; it is synchronous, and
    /// the writes must not leave it.
    ///
    /// - Throws: `unavailable`, `auditUnavailable` or `corrupt`, or what the closure throws.
    func mutate<Value: Sendable>(
        _ body: @escaping @Sendable (any AccountsWrites) throws(StoreFault) -> Mutation<Value>
    ) async throws(StoreFault) -> Value

    /// Records an attempt that changed nothing in the database; returns when the record is on the disk.
    ///
    /// - Throws: `auditUnavailable` if the log is required and cannot be written.
    func recordOnly(_ event: AuditEvent) async throws(StoreFault)

    /// Deletes what can have no effect any more at a moment, some at a time, without a record.
    ///
    /// That is: expired sessions with their refresh tokens, expired refresh tokens, revocations whose `until` has passed, and counters of
    /// login failures without a failure for a day; addresses that are known by a success stay for 180 days. Called now and then.
    ///
    /// - Parameter microseconds: The wall clock since 1970.
    /// - Throws: `unavailable`.
    func removeExpired(at microseconds: Int64) async throws(StoreFault)
}
