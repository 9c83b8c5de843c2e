/// Says what the variables that override the file cannot do here.
struct EnvironmentOverrides {
    let context: ReadingContext
    let root: ResolvedSection

    /// Says an error for each variable that asks for what this version lacks, and warns about each that overrides nothing.
    func report() {
        let standsForVault = isVaultComplete
        if standsForVault {
            refuse("VAULT_ENABLED")
        }
        for (names, section) in Self.sections where !root.isWritten(section) {
            if section == "vault", standsForVault { continue }
            for name in names where isSet(name) {
                context.diagnostics.warning("\(name) is set and ignored: there is no `\(section)` section", at: nil)
            }
        }
        if isSet("LOCAL_CERT_DIR"), root.isWritten("accounts") {
            // Certificates are for PostgreSQL, which is refused by itself.
            let message = "LOCAL_CERT_DIR is set and ignored: this version keeps accounts in SQLite"
            context.diagnostics.warning(message, at: nil)
        }
    }

    /// With these set the file needs no section `vault`.
    private var isVaultComplete: Bool {
        context.environment["VAULT_ENABLED"] == "true" && (isSet("VAULT_URL") || isSet("VAULT_ADDR"))
            && isSet("VAULT_TOKEN")
    }

    private func isSet(_ name: String) -> Bool {
        context.environment[name].map { !$0.isEmpty } == true
    }

    private func refuse(_ name: String) {
        context.diagnostics.error("\(name): \(ReadingContext.notSupported)", at: nil)
    }

    private static let sections = [
        (["REDIS_URL"], "rate_limits"),
        (["DATABASE_URL", "LOCAL_CERT_DIR"], "accounts"),
        (["VAULT_ENABLED", "VAULT_URL", "VAULT_ADDR", "VAULT_TOKEN", "VAULT_NAMESPACE"], "vault"),
    ]
}
