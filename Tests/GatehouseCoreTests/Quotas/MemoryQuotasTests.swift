import Testing

@testable import GatehouseCore

@Suite struct MemoryQuotasTests {
    private let table = QuotaTable(
        policies: [
            QuotaPolicy(
                name: "a",
                subject: .address,
                limits: [QuotaLimit(requests: 3, periodNanoseconds: 1_000_000_000)]
            ),
            QuotaPolicy(
                name: "b",
                subject: .address,
                limits: [QuotaLimit(requests: 1, periodNanoseconds: 1_000_000_000)]
            ),
        ],
        failures: nil
    )

    private func charges(_ number: UInt64) -> QuotaCharges {
        var charges = QuotaCharges()
        for policy in 0..<2 {
            let key = QuotaKey(address: NetworkAddress(high: 0, low: 0xFFFF_0000_0000 | number))
            charges.append(QuotaCharge(policy: policy, tier: 0, cost: 1, key: key))
        }
        return charges
    }

    @Test func `what one quota took is not given back when another refuses`() {
        let quotas = MemoryQuotas(table: self.table)
        let outcomes = (0..<4).map { _ in quotas.take(self.charges(1), now: 5) }
        #expect(outcomes.map { $0[0].isAllowed } == [true, true, true, false])
        #expect(outcomes.map { $0[1].isAllowed } == [true, false, false, false])
    }

    @Test func `subjects do not touch each other`() {
        let quotas = MemoryQuotas(table: self.table)
        for number in 0..<1000 {
            #expect(quotas.take(self.charges(UInt64(number)), now: 5)[1].isAllowed)
        }
    }

    @Test func `a flood of subjects is forgotten and the memory stays bounded`() {
        let quotas = MemoryQuotas(table: self.table)
        for number in 0..<1_500_000 {
            _ = quotas.take(self.charges(UInt64(number)), now: UInt64(number))
        }
        #expect(quotas.count <= 64 * 16_384)
    }

    @Test func `many threads never take more than there is`() async {
        let quotas = MemoryQuotas(
            table: QuotaTable(
                policies: [
                    QuotaPolicy(
                        name: "a",
                        subject: .address,
                        limits: [QuotaLimit(requests: 100, periodNanoseconds: 3600_000_000_000)]
                    )
                ],
                failures: nil
            )
        )
        let allowed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var charges = QuotaCharges()
                    let key = QuotaKey(address: NetworkAddress(high: 1, low: 0))
                    charges.append(QuotaCharge(policy: 0, tier: 0, cost: 1, key: key))
                    return (0..<500).count { _ in quotas.take(charges, now: 7)[0].isAllowed }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == 100)
    }
}
