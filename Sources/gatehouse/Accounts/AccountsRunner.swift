internal import GatehouseAccounts
internal import GatehouseCore
internal import GatehouseEdge
internal import GatehouseStores
internal import Logging

private import Synchronization

/// The accounts service beside the gate: waits for its database, follows what other processes end, and cleans up.
struct AccountsRunner: Sendable {
    /// What is open.
    let accounts: OpenAccounts
    /// Which tokens have ended.
    let revocations = Revocations()
    private let lifecycle: LifecycleState
    private let logger: Logger

    /// What `/readyz` calls the database.
    static let condition = "accounts database"

    init(_ accounts: OpenAccounts, lifecycle: LifecycleState, logger: Logger) {
        self.accounts = accounts
        self.lifecycle = lifecycle
        self.logger = logger
    }

    /// What the gate needs of the service.
    var parts: AccountsParts {
        let reports = RepeatedReports(logger: self.logger)
        return AccountsParts(
            issuer: self.accounts.issuer,
            port: AccountsService(
                configuration: self.accounts.configuration,
                keys: self.accounts.keys,
                store: self.accounts.store,
                passwords: self.accounts.passwords,
                revocations: self.revocations,
                clock: OpenAccounts.microseconds,
                report: { reports.warn($0.message) }
            ),
            revocations: self.revocations
        )
    }

    /// Works until the task is cancelled.
    func run() async {
        guard await self.prepare() else { return }
        let follower = RevocationFollower(
            store: self.accounts.store,
            revocations: self.revocations,
            clock: OpenAccounts.microseconds,
            report: { _ in }
        )
        let upkeep = AccountsUpkeep(
            store: self.accounts.store,
            revocations: self.revocations,
            clock: OpenAccounts.microseconds
        )
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await follower.run { self.lifecycle.meet(AccountsRunner.condition) } }
            group.addTask { await upkeep.run() }
            group.addTask { await self.watch() }
        }
    }

    /// Waits until everything that has ended is known.
    func waitUntilLoaded(atMost patience: Duration) async {
        let deadline = ContinuousClock.now + patience
        while self.lifecycle.report.missing.contains(AccountsRunner.condition), ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Makes or migrates the database.
    ///
    /// Tries again while it cannot be used; false if the task was cancelled before.
    private func prepare() async -> Bool {
        var told: StoreFault?
        while !Task.isCancelled {
            do throws(StoreFault) {
                try await self.accounts.store.prepare()
                return true
            } catch {
                if error != told { self.logger.error("\(AccountsFault.store(error).message)") }
                told = error
            }
            try? await Task.sleep(for: .seconds(1))
        }
        return false
    }

    /// Looks once a second whether the database can be written.
    private func watch() async {
        var isAway = false
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            if let fault = await self.accounts.store.probe() {
                if !isAway { self.logger.error("\(AccountsFault.store(fault).message)") }
                isAway = true
                self.lifecycle.miss(AccountsRunner.condition)
            } else if isAway {
                self.logger.info("the accounts database is back")
                isAway = false
                self.lifecycle.meet(AccountsRunner.condition)
            }
        }
    }
}

/// Warnings of which each flood of equal ones is told once a minute.
private final class RepeatedReports: Sendable {
    private let logger: Logger
    private let last = Mutex<[String: ContinuousClock.Instant]>([:])

    init(logger: Logger) {
        self.logger = logger
    }

    func warn(_ text: String) {
        let now = ContinuousClock.now
        let isNew = self.last.withLock { last in
            if let told = last[text], now - told < .seconds(60) { return false }
            if last.count > 64 { last = [:] }
            last[text] = now
            return true
        }
        if isNew { self.logger.warning("\(text)") }
    }
}
