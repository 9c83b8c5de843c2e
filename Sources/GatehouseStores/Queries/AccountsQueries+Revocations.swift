internal import GatehouseAccounts
internal import GatehouseCore

/// The table of revocations, which every process reads again and again from the last number that it has seen.
extension AccountsQueries {
    func revocations(after sequence: Int64, limit: Int) throws(StoreFault) -> [StoredRevocation] {
        let rows = try self.connection.run(
            """
            SELECT sequence, kind, subject, issued_up_to, valid_until FROM revocations
            WHERE sequence > $1 ORDER BY sequence LIMIT $2
            """,
            [.integer(sequence), .integer(Int64(limit))]
        )
        return try rows.map { row throws(StoreFault) in
            let entry = Revocations.Entry(
                kind: try row.choice(1),
                id: try row.text(2),
                issuedUpTo: try row.integer(3),
                until: try row.integer(4)
            )
            return StoredRevocation(sequence: try row.integer(0), entry: entry)
        }
    }

    func insert(_ revocations: [Revocations.Entry], at now: Int64) throws(StoreFault) {
        guard !revocations.isEmpty else { return }
        // The row of the counter is locked until the commit: numbers become visible in their order, and none comes twice, also
        // when all revocations have been removed.
        let counter = try self.connection.run(
            "UPDATE counters SET value = value + $1 WHERE name = 'revocations' RETURNING value",
            [.integer(Int64(revocations.count))]
        )
        guard let last = try counter.first?.integer(0) else { throw .corrupt("no counter of revocations") }
        for (index, entry) in revocations.enumerated() {
            try self.connection.run(
                """
                INSERT INTO revocations (sequence, kind, subject, issued_up_to, valid_until, created_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                [
                    .integer(last - Int64(revocations.count - 1 - index)), .text(entry.kind.rawValue), .text(entry.id),
                    .integer(entry.issuedUpTo), .integer(entry.until), .integer(now),
                ]
            )
        }
    }
}
