import Testing

@testable import GatehouseAccounts

@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_709_251_199, "2024-02-29T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
            (-1, "1970-01-01T00:00:00Z"),
        ] as [(Int64, String)]
    )
    func `a time is RFC 3339 in UTC`(seconds: Int64, text: String) {
        #expect(Timestamp.text(seconds * 1_000_000) == text)
    }

    @Test func `extreme times do not trap`() {
        #expect(Timestamp.text(.max) == "9999-12-31T23:59:59Z")
        #expect(Timestamp.text(.min) == "1970-01-01T00:00:00Z")
    }

    @Test func `an id is read in its one spelling, sorts by its time, and is never made twice`() {
        let ids = (0..<1000).map { Identifier(madeAt: Int64($0) * 1000) }
        #expect(ids.map(\.text) == ids.map(\.text).sorted())
        #expect(Set(ids).count == 1000)
        #expect(ids.allSatisfy { Identifier($0.text) == $0 })
        #expect(Identifier(madeAt: 1_800_000_000_000_000).text.hasPrefix("01a3185c-5000-7"))
        for text in [
            "", "me", ids[0].text.uppercased() + "x", "01a3185c-5000-4000-8000-000000000000",
            "01a3185c-5000-7000-c000-000000000000", "01a3185c-5000-7000-8000-00000000000g",
        ] {
            #expect(Identifier(text) == nil)
        }
    }
}
