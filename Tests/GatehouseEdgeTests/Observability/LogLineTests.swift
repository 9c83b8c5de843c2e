import Glibc
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

    @Test func `D-13 a pipe that nobody reads costs log lines and no time`() throws {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        defer {
            for end in ends {
                _ = close(end)
            }
        }
        let line = LogLines.batch(1)
        var written = 0
        while written < 100_000, LineOutput.write(line, to: ends[1]) {
            written += 1
        }
        #expect(written > 100 && written < 100_000)

        var block = [UInt8](repeating: 0, count: 8192)
        #expect(unsafe read(ends[0], &block, block.count) == 8192)
        #expect(LineOutput.write(line, to: ends[1]))
    }

    @Test func `a line that a pipe could not take whole is refused`() throws {
        let folder = try LogFolder()
        let descriptor = unsafe open(folder.file("log"), O_WRONLY | O_CREAT, 0o600)
        defer { _ = close(descriptor) }
        let long = [UInt8](repeating: 0x61, count: LineOutput.longestLine + 1)
        #expect(!LineOutput.write(long, to: descriptor))
        #expect(LineOutput.write(Array(long.dropLast()), to: descriptor))
        #expect(LogLines.content(folder.file("log")).count == LineOutput.longestLine)
    }
}
