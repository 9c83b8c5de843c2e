import GatehouseCore
import Testing

@testable import GatehouseAccounts

@Suite struct LifetimeTests {
    @Test(arguments: [Int64.min, -1, 0, 1, 900, Int64.max])
    func `no lifetime of the configuration makes a time overflow`(seconds: Int64) {
        let configuration = AccountsConfiguration(
            issuer: "https://api.example.com",
            audience: ["a"],
            accessTokenSeconds: seconds,
            refreshTokenSeconds: seconds,
            leewaySeconds: seconds
        )
        #expect(configuration.accessTokenSeconds >= 1)
        #expect(configuration.refreshTokenSeconds >= 1)
        #expect(configuration.leewaySeconds >= 0)
        let now: Int64 = 253_402_300_799_000_000
        #expect(!now.addingReportingOverflow(configuration.refreshTokenSeconds * 1_000_000).overflow)
        let end = SessionEnd([Identifier(madeAt: now)], subject: Identifier(madeAt: now), configuration, now: now)
        #expect(end.entries.allSatisfy { $0.until > now / 1_000_000 })
    }
}
