import Testing

@testable import GatehouseConfig

@Suite struct ScalarTests {
    @Test(arguments: [
        ("1ms", Duration.milliseconds(1)), ("20ms", .milliseconds(20)), ("5s", .seconds(5)), ("10m", .seconds(600)),
        ("1h", .seconds(3600)), ("90d", .seconds(7_776_000)), ("0s", .zero),
    ])
    func `durations have a unit`(text: String, expected: Duration) throws {
        #expect(try ScalarParsing.duration(text, within: .zero ... .seconds(10_000_000)) == expected)
    }

    @Test(arguments: [
        ("1B", 1), ("32KiB", 32_768), ("10MiB", 10_485_760), ("1GiB", 1_073_741_824), ("0B", 0),
    ])
    func `sizes have a unit`(text: String, expected: Int) throws {
        #expect(try ScalarParsing.size(text, within: 0...Int.max) == expected)
    }

    @Test(arguments: [
        "", " ", "s", "5", "5 s", " 5s", "5s ", "+5s", "-5s", "5S", "5sec", "1h30m", "1_000s", "0x5s", "٥s", "1.5s",
        "9223372036854775807s", "999999999999999999999999d", "5KiB",
    ])
    func `nothing else is a duration`(text: String) {
        #expect(throws: ScalarFlaw.self) {
            try ScalarParsing.duration(text, within: .zero ... .seconds(86_400))
        }
    }

    @Test(arguments: [
        "", "B", "5", "5KB", "5kib", "5K", "5MB", "5 KiB", "-1B", "1.5MiB", "9223372036854775807GiB",
        "999999999999999GiB", "5s",
    ])
    func `nothing else is a size`(text: String) {
        #expect(throws: ScalarFlaw.self) {
            try ScalarParsing.size(text, within: 0...Int.max)
        }
    }

    @Test(arguments: ["", "-1", "+1", "01", "0x1", "1e1", "1_0", "1.0", "١", "99999999999999999999", " 1"])
    func `nothing else is a whole number`(text: String) {
        #expect(throws: ScalarFlaw.self) {
            try ScalarParsing.integer(text, within: 0...1000)
        }
    }

    @Test(arguments: [("true", true), ("on", true), ("false", false), ("off", false)])
    func `four words are truth values`(text: String, expected: Bool) throws {
        #expect(try ScalarParsing.boolean(text) == expected)
    }

    @Test(arguments: ["yes", "no", "True", "ON", "1", "y", ""])
    func `no other word is`(text: String) {
        #expect(throws: ScalarFlaw.self) { try ScalarParsing.boolean(text) }
    }

    @Test(arguments: [
        ("requst_head", "request_head"), ("request-head", "request_head"), ("reqeust_head", "request_head"),
        ("header", "header_count"), ("HEADER_TIMEOUT", "header_timeout"), ("drain_delay_seconds", "drain_delay"),
    ])
    func `the nearest name is suggested`(written: String, expected: String) {
        #expect(NearestName.of(written, among: ConfigurationSchema.limits.map(\.name)) == expected)
    }

    @Test(arguments: ["", "x", "ab", "zebra", "timeout", String(repeating: "request_head", count: 1000)])
    func `nothing is suggested where nothing is near`(written: String) {
        let suggestion = NearestName.of(written, among: ["upstreams", "tokens", "cors", "mode"])
        #expect(suggestion == nil)
    }
}
