internal import GatehouseAccounts

/// Brings a schema to the version that this program knows.
///
/// The caller has begun a transaction that keeps every other process from doing the same, and commits it.
struct Migrator {
    /// Where the statements run.
    let connection: any SQLConnection

    /// Applies the steps that are missing; returns their numbers.
    ///
    /// Throws `unavailable` for a schema of a newer program, which this one must not touch.
    func apply(at now: Int64) throws(StoreFault) -> [Int64] {
        try self.connection.run(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                number BIGINT PRIMARY KEY NOT NULL,
                name TEXT NOT NULL,
                applied_at BIGINT NOT NULL
            )
            """
        )
        let version = try self.version()
        let missing = Migration.all.filter { $0.number > version }
        for migration in missing {
            for statement in migration.statements { try self.connection.run(statement) }
            try self.connection.run(
                "INSERT INTO schema_migrations (number, name, applied_at) VALUES ($1, $2, $3)",
                [.integer(migration.number), .text(migration.name), .integer(now)]
            )
        }
        return missing.map(\.number)
    }

    /// The number of the last step that was applied; zero for a schema without one.
    ///
    /// Throws `unavailable` for a number that this program does not know.
    func version() throws(StoreFault) -> Int64 {
        let rows = try self.connection.run("SELECT COALESCE(MAX(number), 0) FROM schema_migrations")
        let version = try rows.first?.integer(0) ?? 0
        guard version <= Migration.latest else {
            throw .unavailable(
                "the database has schema version \(version) and this program knows only \(Migration.latest): a newer gatehouse wrote it"
            )
        }
        return version
    }
}
