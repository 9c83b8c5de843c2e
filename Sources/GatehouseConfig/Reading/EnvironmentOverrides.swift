/// Warns about variables whose section this file does not have.
struct EnvironmentOverrides {
    let context: ReadingContext

    /// Says one warning for each variable that would override something and has nothing to override.
    func warnAboutIgnored() {
        for (names, section) in Self.sections {
            for name in names where context.environment[name].map({ !$0.isEmpty }) == true {
                context.diagnostics.warning("\(name) is set and ignored: there is no `\(section)` section", at: nil)
            }
        }
    }

    private static let sections = [
        (["REDIS_URL"], "rate_limits"),
        (["DATABASE_URL", "LOCAL_CERT_DIR"], "accounts"),
        (["VAULT_ENABLED", "VAULT_URL", "VAULT_ADDR", "VAULT_TOKEN", "VAULT_NAMESPACE"], "vault"),
    ]
}
