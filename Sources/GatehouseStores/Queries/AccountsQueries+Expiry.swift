internal import GatehouseAccounts

/// The removal of what has no effect any more.
extension AccountsQueries {
    /// How many rows of each table one transaction removes, so that no other has to wait long for its end.
    static let rowsAtATime: Int64 = 500

    private static let day: Int64 = 86_400_000_000

    /// Removes some rows; returns whether there may be more.
    func removeExpired(at now: Int64) throws(StoreFault) -> Bool {
        let removals: [(StaticString, Int64)] = [
            (
                """
                DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= $1 LIMIT $2)
                RETURNING 1
                """, now
            ),
            (
                """
                DELETE FROM refresh_tokens
                WHERE hash IN (SELECT hash FROM refresh_tokens WHERE expires_at <= $1 LIMIT $2) RETURNING 1
                """, now
            ),
            (
                """
                DELETE FROM revocations
                WHERE sequence IN (SELECT sequence FROM revocations WHERE valid_until <= $1 LIMIT $2) RETURNING 1
                """, now / 1_000_000
            ),
            (
                """
                DELETE FROM login_failures WHERE (account, address) IN
                    (SELECT account, address FROM login_failures WHERE last_at <= $1 LIMIT $2) RETURNING 1
                """, now - Self.day
            ),
            (
                """
                DELETE FROM login_failure_totals WHERE account IN
                    (SELECT account FROM login_failure_totals WHERE last_at <= $1 LIMIT $2) RETURNING 1
                """, now - Self.day
            ),
            (
                """
                DELETE FROM known_addresses WHERE (account, address) IN
                    (SELECT account, address FROM known_addresses WHERE seen_at <= $1 LIMIT $2) RETURNING 1
                """, now - 180 * Self.day
            ),
        ]
        var isFull = false
        for (statement, bound) in removals {
            let removed = try self.connection.run(statement, [.integer(bound), .integer(Self.rowsAtATime)])
            if removed.count >= Int(Self.rowsAtATime) { isFull = true }
        }
        return isFull
    }
}
