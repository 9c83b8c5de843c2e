private import Foundation
internal import GatehouseAccounts
internal import GRDB
private import Synchronization

/// One thread's connection to the database file: opened when it is needed, given up when the file is not the same any more.
///
/// Not `Sendable`; made, used and released on one thread.
final class SQLiteSession {
    private let file: SQLiteFile
    private let access: Access
    private let patience: Patience
    private var open: (queue: DatabaseQueue, identity: SQLiteFile.Identity)?
    /// Which file was open last, to tell one that came back from another one.
    private var lastIdentity: SQLiteFile.Identity?

    /// What a session may do.
    enum Access {
        case reading, writing
    }

    /// Makes a session that has nothing open.
    init(_ file: SQLiteFile, for access: Access) {
        self.file = file
        self.access = access
        self.patience = Patience()
    }

    /// Runs a closure with the connection, outside of any transaction.
    ///
    /// Waits for locks of other processes until the deadline. What is left of a transaction is rolled back. A fault that is more than
    /// a lock or a lack of room costs the connection: the next use opens another one.
    func use<Value>(
        until deadline: ContinuousClock.Instant,
        _ body: (SQLiteConnection) throws(StoreFault) -> Value
    ) throws(StoreFault) -> Value {
        self.patience.end.withLock { $0 = deadline }
        let queue = try self.currentQueue()
        let (result, isBroken) = queue.writeWithoutTransaction { database in
            let connection = SQLiteConnection(database: database)
            let result = Result { () throws(StoreFault) in try body(connection) }
            if database.isInsideTransaction { try? database.rollback() }
            return (result, connection.trouble.isFound || database.isInsideTransaction)
        }
        if isBroken { self.close() }
        return try result.get()
    }

    /// Makes the file if there is none, and brings its schema up to date; see `SQLiteStore.prepare`.
    func prepare(
        until deadline: ContinuousClock.Instant,
        _ migrate: (SQLiteConnection) throws(StoreFault) -> Void
    ) throws(StoreFault) {
        self.patience.end.withLock { $0 = deadline }
        if try self.file.state() == .missing { try self.file.create() }
        let queue = try self.connect()
        let result: Result<Void, StoreFault> = queue.writeWithoutTransaction { database in
            let connection = SQLiteConnection(database: database)
            let result = Result { () throws(StoreFault) in
                try self.switchToWriteAheadLog(connection, until: deadline)
                try migrate(connection)
            }
            if database.isInsideTransaction { try? database.rollback() }
            return result
        }
        try? queue.close()
        try result.get()
    }

    /// The schema version of the file, whatever that is; zero if there is no file, or nothing of ours in it.
    func schemaVersion(until deadline: ContinuousClock.Instant) throws(StoreFault) -> Int64 {
        self.patience.end.withLock { $0 = deadline }
        guard case .present = try self.file.state() else { return 0 }
        let queue = try self.connect()
        let result: Result<Int64, StoreFault> = queue.writeWithoutTransaction { database in
            let connection = SQLiteConnection(database: database)
            return Result { () throws(StoreFault) in
                guard try connection.hasMigrations() else { return 0 }
                let rows = try connection.run("SELECT COALESCE(MAX(number), 0) FROM schema_migrations")
                return try rows.first?.integer(0) ?? 0
            }
        }
        try? queue.close()
        return try result.get()
    }

    /// Gives the connection up.
    func close() {
        try? self.open?.queue.close()
        self.open = nil
    }

    /// The connection to the file that is at the path now.
    private func currentQueue() throws(StoreFault) -> DatabaseQueue {
        let state = try self.file.state()
        if let open = self.open {
            if state == .present(open.identity) { return open.queue }
            self.close()
        }
        switch state {
        // An empty database in its place would look as if all accounts were gone.
        case .missing: throw .unavailable("\(self.file.path) is not there")
        case .empty: throw .unavailable("\(self.file.path) is empty")
        case .present(let identity):
            let queue = try self.connect()
            let isOther = self.lastIdentity.map { $0 != identity } ?? false
            try self.check(queue, thoroughly: isOther)
            self.open = (queue, identity)
            self.lastIdentity = identity
            return queue
        }
    }

    private func connect() throws(StoreFault) -> DatabaseQueue {
        let patience = self.patience
        var configuration = Configuration()
        configuration.readonly = self.access == .reading
        configuration.busyMode = .callback { _ in patience.wait() }
        configuration.label = "gatehouse"
        // GRDB would trap where a failing disk fails the rollback, too; such a connection is closed in place of that.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            // Full: a commit is on the disk before it is answered.
            if !database.configuration.readonly { try database.execute(sql: "PRAGMA synchronous = FULL") }
        }
        do {
            return try DatabaseQueue(path: self.file.path, configuration: configuration)
        } catch {
            throw StoreFault(error)
        }
    }

    /// Refuses what is not our database; a file that took the place of another is read through first.
    private func check(_ queue: DatabaseQueue, thoroughly: Bool) throws(StoreFault) {
        let path = self.file.path
        let result: Result<Void, StoreFault> = queue.writeWithoutTransaction { database in
            let connection = SQLiteConnection(database: database)
            return Result { () throws(StoreFault) in
                guard try connection.hasMigrations() else { throw .unavailable("\(path) is no database of gatehouse") }
                guard try Migrator(connection: connection).version() == Migration.latest else {
                    throw .unavailable("\(path) has an old schema: run `gatehouse db migrate`")
                }
                guard thoroughly else { return }
                let flaw = try connection.run("PRAGMA quick_check(1)").first?.text(0)
                guard flaw == "ok" else { throw .unavailable("\(path) is damaged: \(flaw ?? "no answer")") }
            }
        }
        if case .failure = result { try? queue.close() }
        try result.get()
    }

    /// The switch needs the file alone and does not wait for it by itself.
    private func switchToWriteAheadLog(
        _ connection: SQLiteConnection,
        until deadline: ContinuousClock.Instant
    ) throws(StoreFault) {
        while true {
            do throws(StoreFault) {
                guard try connection.run("PRAGMA journal_mode = WAL").first?.text(0) == "wal" else {
                    throw .unavailable("\(self.file.path) cannot have a write-ahead log")
                }
                return
            } catch {
                guard self.patience.wait() else { throw error }
            }
        }
    }

    /// How long the use at hand waits for locks; SQLite's own timeout would begin anew with every statement.
    private final class Patience: Sendable {
        let end = Mutex(ContinuousClock.now)

        /// Waits a little; false when the time is up.
        func wait() -> Bool {
            guard ContinuousClock.now < self.end.withLock({ $0 }) else { return false }
            Thread.sleep(forTimeInterval: 0.002)
            return true
        }
    }
}

extension SQLiteConnection {
    /// Whether the database is one of ours.
    fileprivate func hasMigrations() throws(StoreFault) -> Bool {
        try !self.run("SELECT name FROM sqlite_master WHERE name = 'schema_migrations'").isEmpty
    }
}
