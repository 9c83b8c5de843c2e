internal import GatehouseAccounts
internal import GatehouseConfig
internal import GatehouseCore
internal import GatehouseStores

/// Judges a token as the gate would, with the accounts' keys and with what the accounts service has ended.
struct TokenInspector {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// What the token says, and whether the gate would accept it at a second since 1970.
    func report(on token: [UInt8], now: Int64) async throws(CommandFailure) -> InspectionReport {
        // Nothing is recorded, for nothing is changed.
        let accounts: OpenAccounts? =
            self.settings.accounts == nil ? nil : try OpenAccounts.begin(self.settings, audit: NoAuditLog())
        do throws(CommandFailure) {
            let report = try await self.report(on: token, accounts, now: now)
            await accounts?.close()
            return report
        } catch {
            await accounts?.close()
            throw error
        }
    }

    private func report(
        on token: [UInt8],
        _ accounts: OpenAccounts?,
        now: Int64
    ) async throws(CommandFailure) -> InspectionReport {
        let verifier = Assembly.verifier(from: self.settings, accounts: accounts?.issuer)
        var inspection = verifier.inspect(token.span, now: now)
        if let accounts, inspection.flaw == nil, inspection.issuerName == accounts.settings.issuerName,
            let verified = try? verifier.verify(token.span, now: now),
            try await Self.ended(accounts).includes(verified)
        {
            inspection = inspection.revoked
        }
        return InspectionReport(
            inspection: inspection,
            count: token.count,
            issuers: self.settings.tokens.issuers.map { InspectedIssuer($0) }
                + (accounts.map { [InspectedIssuer($0)] } ?? []),
            leeway: self.settings.tokens.leeway.components.seconds,
            now: now
        )
    }

    /// Everything that the accounts service has ended before its time.
    private static func ended(_ accounts: OpenAccounts) async throws(CommandFailure) -> Revocations {
        let revocations = Revocations()
        let follower = RevocationFollower(
            store: accounts.store,
            revocations: revocations,
            clock: OpenAccounts.microseconds,
            report: { _ in }
        )
        do throws(StoreFault) {
            // A database that nobody has made yet holds nothing, and to look at a token is no reason to make it.
            guard try await accounts.store.schemaVersion().version > 0 else { return revocations }
            _ = try await follower.follow(after: 0)
        } catch {
            throw CommandFailure(code: 1, message: AccountsFault.store(error).message)
        }
        return revocations
    }
}
