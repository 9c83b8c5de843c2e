package import GatehouseAccounts
package import GatehouseCore
private import Synchronization

/// The accounts in one SQLite file, shared by any number of processes on one machine.
///
/// A commit is on the disk before it is answered (write-ahead log, `synchronous` full). Mutations run one after the other on a
/// thread of their own, reads on a few others; what does not fit into their queues, or has waited in them for the whole
/// `patience`, is `unavailable`. While the file is locked, full, damaged, deleted or replaced by something else, everything that
/// needs it is `unavailable`, nothing is made in its place, and it goes on by itself when the file is usable again.
package final class SQLiteStore: AccountsStore {
    let audit: any AuditLog
    private let owed = OwedRecords()
    let writer: StoreWorkers<SQLiteSession>
    let readers: StoreWorkers<SQLiteSession>
    /// Threads for records without a mutation: an audit log that is slow must not hold up reads.
    private let recorders: StoreWorkers<Void>
    private let patience: Duration
    private let health = Mutex(Health())

    /// Makes the store of a file by absolute path; opens nothing.
    ///
    /// - Parameters:
    ///   - path: The file, whose folder exists.
    ///   - audit: Where mutations are recorded.
    ///   - patience: How long a call waits for its turn and for locks of other processes.
    ///   - readers: How many threads read.
    ///   - queueLimit: How many mutations, and how many reads, may wait.
    package init(
        path: String,
        audit: any AuditLog,
        patience: Duration = .seconds(3),
        readers: Int = 2,
        queueLimit: Int = 256
    ) {
        let file = SQLiteFile(path: path)
        self.audit = audit
        self.patience = patience
        self.writer = StoreWorkers(named: "accounts-write", threads: 1, limit: queueLimit) {
            SQLiteSession(file, for: .writing)
        }
        self.readers = StoreWorkers(named: "accounts-read", threads: readers, limit: queueLimit) {
            SQLiteSession(file, for: .reading)
        }
        self.recorders = StoreWorkers(named: "accounts-record", threads: 2, limit: queueLimit) {}
    }

    deinit {
        self.writer.close {}
        self.readers.close {}
        self.recorders.close {}
    }

    /// Runs a closure that only reads, on one consistent state of the database; see `AccountsStore`.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any AccountsReads) throws(StoreFault) -> Value
    ) async throws(StoreFault) -> Value {
        try await self.perform(self.readers, patience: self.patience) { session, deadline throws(StoreFault) in
            try session.use(until: deadline) { connection throws(StoreFault) in
                try connection.run("BEGIN")
                let value = try body(AccountsQueries(connection: connection))
                try connection.run("COMMIT")
                return value
            }
        }
    }

    /// Runs a closure as one transaction and records its event; see `AccountsStore`.
    package func mutate<Value: Sendable>(
        _ body: @escaping @Sendable (any AccountsWrites) throws(StoreFault) -> Mutation<Value>
    ) async throws(StoreFault) -> Value {
        let audit = self.audit
        let owed = self.owed
        return try await self.noting { () async throws(StoreFault) in
            try await self.perform(self.writer, patience: self.patience) { session, deadline throws(StoreFault) in
                try session.use(until: deadline) { connection throws(StoreFault) in
                    let mutation = try connection.begun(body)
                    try audit.record(mutation.event, behind: owed)
                    try connection.commit(mutation.event, recordedIn: audit, owed)
                    return mutation.value
                }
            }
        }
    }

    /// Records an attempt that changed nothing; see `AccountsStore`.
    ///
    /// It takes no turn among the mutations: nothing of the database is needed.
    package func recordOnly(_ event: AuditEvent) async throws(StoreFault) {
        let audit = self.audit
        let owed = self.owed
        try await self.perform(self.recorders, patience: self.patience) { _, _ throws(StoreFault) in
            try audit.record(event, behind: owed)
        }
    }

    /// Deletes what can have no effect any more; see `AccountsStore`.
    package func removeExpired(at microseconds: Int64) async throws(StoreFault) {
        var isMore = true
        while isMore {
            // Each portion takes its turn in the queue, so that mutations get in between.
            isMore = try await self.perform(self.writer, patience: self.patience) { session, end throws(StoreFault) in
                try session.use(until: end) { connection throws(StoreFault) in
                    try connection.run("BEGIN IMMEDIATE")
                    let isMore = try AccountsQueries(connection: connection).removeExpired(at: microseconds)
                    try connection.run("COMMIT")
                    return isMore
                }
            }
        }
    }

    /// Looks whether the database can be written now, without writing, and returns the fault if not.
    ///
    /// Sets `fault`; cheap enough for once a second.
    @discardableResult
    package func probe() async -> StoreFault? {
        do throws(StoreFault) {
            try await self.perform(self.writer, patience: self.patience) { session, deadline throws(StoreFault) in
                try session.use(until: deadline) { connection throws(StoreFault) in
                    try connection.run("BEGIN IMMEDIATE")
                    try connection.run("ROLLBACK")
                }
            }
            self.health.withLock { $0.fault = nil }
            return nil
        } catch {
            self.health.withLock { $0.fault = error }
            return error
        }
    }

    /// Why the last mutation or probe could not use the database, or nil if it could; for readiness.
    package var fault: StoreFault? { self.health.withLock { $0.fault } }

    /// Figures for metrics.
    package var facts: SQLiteFacts {
        self.health.withLock { health in
            SQLiteFacts(
                mutations: health.mutations,
                failures: health.failures,
                waitingMutations: self.writer.waitingCount,
                waitingReads: self.readers.waitingCount
            )
        }
    }

    /// Takes no more calls, lets those that wait finish, and returns when the file is closed.
    package func close() async {
        await withCheckedContinuation { continuation in
            self.recorders.close { continuation.resume() }
        }
        await withCheckedContinuation { continuation in
            self.readers.close { continuation.resume() }
        }
        // The writer goes last, because the last one to close puts the write-ahead log into the file.
        await withCheckedContinuation { continuation in
            self.writer.close { continuation.resume() }
        }
        // What is owed dies with the process, so it is tried once more.
        try? self.owed.settle(in: self.audit)
    }

    /// Waits for a turn on one of the threads; the deadline is that of the whole call.
    func perform<Tool, Value: Sendable>(
        _ workers: StoreWorkers<Tool>,
        patience: Duration,
        _ work: @escaping @Sendable (Tool, ContinuousClock.Instant) throws(StoreFault) -> Value
    ) async throws(StoreFault) -> Value {
        let deadline = ContinuousClock.now + patience
        let result: Result<Value, StoreFault> = await withCheckedContinuation { continuation in
            let isTaken = workers.submit { tool in
                guard ContinuousClock.now < deadline else {
                    return continuation.resume(returning: .failure(.unavailable("the database is too slow")))
                }
                continuation.resume(returning: Result { () throws(StoreFault) in try work(tool, deadline) })
            }
            if !isTaken {
                continuation.resume(returning: .failure(.unavailable("too many calls wait for the database")))
            }
        }
        return try result.get()
    }

    /// Keeps what a write says about the state of the database.
    private func noting<Value: Sendable>(
        _ write: () async throws(StoreFault) -> Value
    ) async throws(StoreFault) -> Value {
        do throws(StoreFault) {
            let value = try await write()
            self.health.withLock { $0.note(nil) }
            return value
        } catch {
            self.health.withLock { $0.note(error) }
            throw error
        }
    }

    private struct Health {
        var fault: StoreFault?
        var mutations: UInt64 = 0
        var failures: UInt64 = 0

        mutating func note(_ fault: StoreFault?) {
            self.mutations &+= 1
            switch fault {
            case .unavailable:
                self.fault = fault
                self.failures &+= 1
            case .corrupt:
                self.failures &+= 1
            // The database itself did what it was asked.
            case .auditUnavailable, .emailTaken, .usernameTaken, nil:
                self.fault = nil
            }
        }
    }
}
