internal import GatehouseAccounts

/// The counters of failed logins, and the addresses that a login to an account has succeeded from.
extension AccountsQueries {
    func loginFailures(_ key: LoginFailureKey) throws(StoreFault) -> LoginFailures {
        let account = SQLValue.hexadecimal(key.account)
        let pair = try self.connection.run(
            "SELECT failures, last_at FROM login_failures WHERE account = $1 AND address = $2",
            [account, .text(key.address)]
        ).first
        let overall = try self.connection.run(
            "SELECT failures, last_at FROM login_failure_totals WHERE account = $1",
            [account]
        ).first
        let known = try self.connection.run(
            "SELECT 1 FROM known_addresses WHERE account = $1 AND address = $2",
            [account, .text(key.address)]
        )
        return LoginFailures(
            fromAddress: Int(clamping: try pair?.integer(0) ?? 0),
            lastFromAddress: try pair?.integer(1) ?? 0,
            overall: Int(clamping: try overall?.integer(0) ?? 0),
            lastOverall: try overall?.integer(1) ?? 0,
            isAddressKnown: !known.isEmpty
        )
    }

    func countLoginFailure(_ key: LoginFailureKey, at now: Int64) throws(StoreFault) {
        try self.connection.run(
            """
            INSERT INTO login_failures (account, address, failures, last_at) VALUES ($1, $2, 1, $3)
            ON CONFLICT (account, address) DO UPDATE SET failures = login_failures.failures + 1, last_at = $3
            """,
            [.hexadecimal(key.account), .text(key.address), .integer(now)]
        )
        try self.connection.run(
            """
            INSERT INTO login_failure_totals (account, failures, last_at) VALUES ($1, 1, $2)
            ON CONFLICT (account) DO UPDATE SET failures = login_failure_totals.failures + 1, last_at = $2
            """,
            [.hexadecimal(key.account), .integer(now)]
        )
    }

    func countLoginSuccess(_ key: LoginFailureKey, at now: Int64) throws(StoreFault) {
        try self.clearLoginFailures(account: key.account)
        try self.connection.run(
            """
            INSERT INTO known_addresses (account, address, seen_at) VALUES ($1, $2, $3)
            ON CONFLICT (account, address) DO UPDATE SET seen_at = $3
            """,
            [.hexadecimal(key.account), .text(key.address), .integer(now)]
        )
    }

    func clearLoginFailures(account: [UInt8]) throws(StoreFault) {
        try self.connection.run("DELETE FROM login_failures WHERE account = $1", [.hexadecimal(account)])
        try self.connection.run("DELETE FROM login_failure_totals WHERE account = $1", [.hexadecimal(account)])
    }
}
