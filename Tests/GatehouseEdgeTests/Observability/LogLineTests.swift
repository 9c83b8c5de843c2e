import Testing

@testable import GatehouseEdge

@Suite struct LogLineTests {
    @Test func `an event is one JSON object with its metadata under gatehouse`() throws {
        let line = LogLine.render(
            now: RecordFixtures.now,
            level: "warning",
            label: "gatehouse",
            message: "a \"message\"\nin two lines",
            members: [("gatehouse.path", "/var/log/a"), ("cause", "none")]
        )
        try AccessLogLineTests.expectSound(line)
        let members = try RecordFixtures.parsed(line).mapValues { "\($0)" }
        #expect(
            members == [
                "time": "2023-11-14T22:13:20.123Z", "level": "warning", "logger": "gatehouse",
                "message": "a \"message\"\nin two lines", "gatehouse.path": "/var/log/a", "gatehouse.cause": "none",
            ]
        )
    }
}
