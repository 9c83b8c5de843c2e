package import GatehouseAccounts
package import GatehouseCore
private import Synchronization

/// The schema of the file: for the start, and for `db status` and `db migrate`.
extension SQLiteStore {
    /// Makes the file with mode 0600 if there is none, and applies the migrations that are missing, one process at a time.
    ///
    /// For the start, and for `db migrate`. Migrations that are applied are recorded as `db.migrate`.
    ///
    /// - Returns: The numbers of the migrations that were applied.
    /// - Throws: `unavailable`, also if a newer program has written the database; `auditUnavailable`.
    @discardableResult
    package func prepare(actor: AuditEvent.Party = .system) async throws(StoreFault) -> [Int64] {
        let audit = self.audit
        let applied = Mutex<[Int64]>([])
        // At the start of several processes one of them does the work and the others wait for it.
        return try await self.perform(self.writer, patience: .seconds(30)) { session, deadline throws(StoreFault) in
            try session.prepare(until: deadline) { connection throws(StoreFault) in
                try connection.run("BEGIN IMMEDIATE")
                let numbers = try Migrator(connection: connection).apply(at: AuditRecord.now())
                if let last = numbers.last {
                    let target = AuditEvent.Party(type: "schema", id: String(last))
                    try audit.record(AuditEvent(.databaseMigrate, actor: actor, target: target))
                }
                try connection.run("COMMIT")
                applied.withLock { $0 = numbers }
            }
            return applied.withLock { $0 }
        }
    }

    /// The version of the schema in the file, and the one that this program brings it to.
    ///
    /// Changes nothing; zero if there is no file. The first is greater than the second if a newer program wrote it.
    package func schemaVersion() async throws(StoreFault) -> (version: Int64, latest: Int64) {
        let version = try await self.perform(self.readers, patience: .seconds(30)) { session, end throws(StoreFault) in
            try session.schemaVersion(until: end)
        }
        return (version, Migration.latest)
    }
}
