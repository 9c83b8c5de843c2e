internal import GatehouseAccounts
internal import GatehouseConfig
internal import GatehouseCore
internal import GatehouseCrypto
internal import GatehouseEdge
internal import GatehouseStores

private import Glibc

/// The accounts that a configuration names, opened: database, keys, password threads and audit log.
///
/// The same for the running gate and for commands beside it. `Sendable`; whoever opens it closes it.
struct OpenAccounts: Sendable {
    let settings: AccountsSettings
    let configuration: AccountsConfiguration
    let store: SQLiteStore
    let audit: any AuditLog
    let passwords: PasswordPool
    let keys: AccountsKeys

    /// Opens what a command needs; makes database, keys and audit log if they are missing.
    ///
    /// Exit code 1 where something cannot be used, 2 where the configuration has no accounts.
    static func open(_ settings: Settings) async throws(CommandFailure) -> OpenAccounts {
        let audit = OpenAudit(settings, report: OpenAudit.toStandardError)
        let accounts = try Self.begin(settings, audit: audit.log)
        do throws(StoreFault) {
            try await accounts.store.prepare()
        } catch {
            await accounts.close()
            throw CommandFailure(code: 1, message: "\(AccountsFault.store(error).message)")
        }
        return accounts
    }

    /// Opens all but the database, which a serving gate may have to wait for.
    static func begin(_ settings: Settings, audit: any AuditLog) throws(CommandFailure) -> OpenAccounts {
        guard let accounts = settings.accounts else {
            throw CommandFailure(code: 2, message: "\(settings.file) has no accounts: section")
        }
        guard case .sqlite(let path) = accounts.database else {
            throw CommandFailure(code: 78, message: "this kind of database is not supported in this version")
        }
        return OpenAccounts(
            settings: accounts,
            configuration: Self.configuration(accounts, leeway: settings.tokens.leeway),
            store: SQLiteStore(path: path, audit: audit),
            audit: audit,
            passwords: try Self.passwords(accounts.passwords),
            keys: try Self.keys(accounts.signing)
        )
    }

    /// The operations behind `users`, in the name of an account of the system.
    func commands(account: String) -> AccountsCommands {
        AccountsCommands(
            configuration: self.configuration,
            store: self.store,
            passwords: self.passwords,
            account: account,
            clock: OpenAccounts.microseconds
        )
    }

    /// The service as an issuer of tokens, for the gate's verifier.
    var issuer: TokenIssuer {
        TokenIssuer(
            name: self.settings.issuerName,
            issuer: self.settings.issuer,
            audiences: self.settings.audience,
            algorithms: [.es256],
            keys: .set(self.keys.publicSet)
        )
    }

    /// What the service does, for metrics.
    var facts: GateFacts.AccountsFacts {
        let figures = self.passwords.figures
        var facts = GateFacts.AccountsFacts()
        facts.passwordsInFlight = figures.inFlight
        facts.passwordsWaiting = figures.waiting
        facts.passwordsRefused = figures.refused
        facts.waitBounds = WaitHistogram.bounds
        facts.waitCounts = figures.waits.counts
        facts.waitSum = figures.waits.sum
        facts.isDatabaseUp = self.store.fault == nil
        return facts
    }

    /// Closes the database and ends the threads.
    func close() async {
        await self.store.close()
        let passwords = self.passwords
        // Waits for hashes that are being made, which no task should do.
        await Task.detached { passwords.stop() }.value
    }

    /// The wall clock in microseconds since 1970.
    @Sendable static func microseconds() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1000
    }

    private static func configuration(_ settings: AccountsSettings, leeway: Duration) -> AccountsConfiguration {
        AccountsConfiguration(
            issuer: settings.issuer,
            audience: settings.audience,
            accessTokenSeconds: settings.accessTokenLifetime.components.seconds,
            refreshTokenSeconds: settings.refreshTokenLifetime.components.seconds,
            leewaySeconds: leeway.components.seconds,
            scopes: Dictionary(settings.scopes.map { ($0.role, $0.scopes) }, uniquingKeysWith: { first, _ in first }),
            passwords: PasswordPolicy(
                minimumLength: settings.passwords.minimumLength,
                minimumStrength: Double(settings.passwords.minimumStrength)
            )
        )
    }

    private static func passwords(_ settings: PasswordSettings) throws(CommandFailure) -> PasswordPool {
        let cost = Argon2Cost(
            memoryKibibytes: settings.argon2.memoryKiB,
            iterations: settings.argon2.iterations,
            parallelism: settings.argon2.parallelism
        )
        guard let cost else { throw CommandFailure(code: 78, message: "accounts.passwords.argon2 is out of bounds") }
        do throws(PasswordFault) {
            return try PasswordPool(
                PasswordPool.Settings(concurrency: settings.concurrency, queue: settings.queue, cost: cost)
            )
        } catch {
            throw CommandFailure(code: 1, message: "the password threads cannot be started")
        }
    }

    /// Reads the keys; makes the folder and the first key, which only its owner may read, where there are none.
    static func keys(_ settings: SigningSettings) throws(CommandFailure) -> AccountsKeys {
        do throws(KeyFolderFault) {
            return try KeyFolder.open(settings.keysPath, now: Self.microseconds() / 1_000_000).keys
        } catch {
            throw CommandFailure(code: 78, message: "accounts.signing.keys: \(error.message)")
        }
    }
}
