import GatehouseCrypto
import Testing

@Suite struct RandomTests {
    @Test func `the count is what was asked for and no two results are alike`() {
        for count in [-1, 0, 1, 15, 16, 1000, (1 << 20) + 3] {
            #expect(Random.bytes(count).count == max(count, 0))
        }
        #expect(Set((0..<1000).map { _ in Random.bytes(16) }).count == 1000)
        // A buffer that was only partly filled would end in zeros.
        #expect(Random.bytes((1 << 20) + 64).suffix(64).contains { $0 != 0 })
    }

    @Test func `request identifiers do not repeat, across refills and generators`() {
        var first = RequestIdentifierGenerator()
        var second = RequestIdentifierGenerator()
        var seen: Set<[UInt64]> = []
        for _ in 0..<1000 {
            let (one, two) = (first.next(), second.next())
            seen.insert([one.high, one.low])
            seen.insert([two.high, two.low])
        }
        #expect(seen.count == 2000)
        #expect(seen.allSatisfy { $0 != [0, 0] })
    }

    @Test func `comparison in constant time is comparison`() {
        let bytes = Random.bytes(64)
        #expect(constantTimeEquals(bytes, bytes) && constantTimeEquals([], []))
        #expect(!constantTimeEquals(bytes, Array(bytes.dropLast())) && !constantTimeEquals([], [0]))
        for index in bytes.indices { #expect(!constantTimeEquals(bytes, bytes.flippingBit(at: index))) }
    }
}
