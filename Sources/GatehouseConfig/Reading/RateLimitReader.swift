/// Reads `rate_limits`.
struct RateLimitReader {
    let context: ReadingContext
    let mode: Settings.Mode

    /// The section, or nothing with each flaw said.
    func rateLimits(_ section: ResolvedSection) -> RateLimitSettings? {
        let store = RateLimitStoreReader(context: context, mode: mode).store(section)
        let failures = failures(section)
        let policies = QuotaPolicyReader(context: context).policies(section.sections("policies") ?? [])
        guard let store, let failures, let timeout = section.duration("timeout"),
            let whenStoreFails = section.text("when_store_fails").flatMap(RateLimitSettings.StoreFailure.init)
        else { return nil }
        return RateLimitSettings(
            store: store,
            timeout: timeout,
            whenStoreFails: whenStoreFails,
            failures: failures.quota,
            policies: policies
        )
    }

    /// The quota of refusals, which is nothing if it is off; nothing at all after an error.
    private func failures(_ section: ResolvedSection) -> (quota: FailureQuotaSettings?, Void)? {
        if section["failures"]?.isWord("off") == true {
            return (nil, ())
        }
        guard let failures = section.section("failures"), let requests = failures.integer("requests"),
            let per = failures.duration("per")
        else { return nil }
        return (FailureQuotaSettings(limit: QuotaLimitSettings(requests: requests, per: per)), ())
    }

    /// Warns about what leaves the login of the accounts service open; `accounts` is the place of that section.
    func warnAboutLogin(_ section: ResolvedSection, accounts: Position?) {
        guard section.isWritten("policies") == false || section.list("policies") != nil else { return }
        let names = section.sections("policies")?.map { $0.text("name") } ?? []
        guard names.contains("login") else {
            context.diagnostics.warning(
                "there is no policy `login`, so signup and login have no quota of their own (GH-D014)",
                at: section.writtenKeys["policies"] ?? accounts,
                hint: "add `{ name: login, requests: 10, per: 1m, by: address }` to `rate_limits.policies`"
            )
            return
        }
        if section.text("when_store_fails") == "allow" {
            context.diagnostics.warning(
                "when_store_fails: the policy `login` never fails open: `allow` is `local` there",
                at: section.place(of: "when_store_fails")
            )
        }
    }
}
