/// What the services beside the data path do: quotas' store, accounts, audit log.
extension PrometheusText {
    static func services(_ snapshot: MetricsSnapshot, _ facts: GateFacts, _ page: inout MetricsPage) {
        if let isUp = facts.isQuotaStoreUp {
            page.family("gatehouse_ratelimit_backend_up", .gauge, "Whether the quotas' store answers on every loop.")
            page.sample([], isUp ? 1 : 0)
            page.family(
                "gatehouse_ratelimit_backend_duration_seconds",
                .histogram,
                "How long the quotas' store took to answer, late answers included."
            )
            page.histogram([], snapshot.quotaRoundTrips, 0)
        }
        if let accounts = facts.accounts { self.accounts(snapshot, accounts, &page) }
        if let audit = facts.audit {
            page.family("gatehouse_audit_records_total", .counter, "Audit records written, by event.")
            for (event, count) in audit.records {
                page.sample([("event", event)], count)
            }
            page.family("gatehouse_audit_write_failures_total", .counter, "Audit records that could not be written.")
            page.sample([], audit.failures)
        }
    }

    private static func accounts(
        _ snapshot: MetricsSnapshot,
        _ facts: GateFacts.AccountsFacts,
        _ page: inout MetricsPage
    ) {
        page.family("gatehouse_login_attempts_total", .counter, "Attempts to log in, by how they ended.")
        for (result, counter) in [
            ("success", .loginsSucceeded), ("failure", .loginsFailed), ("refused", .loginsRefused),
        ] as [(String, CounterLayout.SingleCounter)] {
            page.sample([("result", result)], snapshot[snapshot.layout.place(counter)])
        }
        page.family("gatehouse_argon2_inflight", .gauge, "Passwords that are being worked on.")
        page.sample([], facts.passwordsInFlight)
        page.family("gatehouse_argon2_waiting", .gauge, "Passwords that wait for their turn.")
        page.sample([], facts.passwordsWaiting)
        page.family("gatehouse_argon2_refused_total", .counter, "Passwords refused because too many waited.")
        page.sample([], facts.passwordsRefused)
        page.family("gatehouse_argon2_queue_seconds", .histogram, "How long passwords waited for their turn.")
        page.histogram(bounds: facts.waitBounds, counts: facts.waitCounts, sum: facts.waitSum)
        page.family("gatehouse_accounts_database_up", .gauge, "Whether the accounts database can be written.")
        page.sample([], facts.isDatabaseUp ? 1 : 0)
    }
}
