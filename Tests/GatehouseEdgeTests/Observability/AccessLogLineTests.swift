import Foundation
import GatehouseCore
import Testing

@testable import GatehouseEdge

@Suite struct AccessLogLineTests {
    @Test func `a forwarded request has exactly the members of the contract`() throws {
        let record = RecordFixtures.forwarded()
        let line = RecordFixtures.line(record)
        let expected = """
            {"time":"2023-11-14T22:13:20.123Z","request_id":"0123456789abcdeffedcba9876543210",\
            "trace_id":"00000000000000010000000000000002","client_address":"192.0.2.7","method":"GET","route":"api",\
            "path":"/api/orders","protocol":"HTTP/1.1","status":200,"decision":"forward","upstream":"app",\
            "duration_ms":12.345,"upstream_ms":10.000,"bytes_in":7,"bytes_out":1024,"user_agent":"curl/8.5.0"}

            """
        #expect(String(decoding: line, as: UTF8.self) == expected)
        #expect(try RecordFixtures.parsed(line).count == 16)
    }

    @Test func `an accepted token shows its subject and its issuer's name`() throws {
        var record = RecordFixtures.forwarded()
        record.token = try TokenFixtures.verified(subject: #""al\"ice\n\u001b""#)
        let line = RecordFixtures.line(record)
        try Self.expectSound(line)
        let members = try RecordFixtures.parsed(line)
        #expect(members["subject"] as? String == "al\"ice\n\u{1B}")
        #expect(members["issuer"] as? String == "corporate")
        #expect(members.count == 18)
    }

    @Test func `what is not known is left out`() throws {
        let line = RecordFixtures.line(AccessRecord(), head: nil, client: "", protocolName: .http2)
        let members = try RecordFixtures.parsed(line)
        #expect(Set(members.keys) == ["time", "request_id", "protocol", "decision", "bytes_in", "bytes_out"])
        #expect(members["protocol"] as? String == "HTTP/2")
        #expect(members["decision"] as? String == "refuse")
    }

    @Test func `a refusal is named, and a cut exchange by what cut it`() throws {
        let refused = try RecordFixtures.parsed(RecordFixtures.line(RecordFixtures.refused(.tokenRejected(.expired))))
        #expect(refused["reason"] as? String == "\(Refusal.tokenRejected(.expired).reason)")
        #expect(refused["decision"] as? String == "refuse")

        var cut = RecordFixtures.forwarded()
        cut.ending = .clientClosed
        #expect(try RecordFixtures.parsed(RecordFixtures.line(cut))["reason"] as? String == "client_closed")

        let whole = try RecordFixtures.parsed(RecordFixtures.line(RecordFixtures.forwarded()))
        #expect(whole["reason"] == nil)
    }

    @Test func `an index that names nothing leaves its member out`() throws {
        var record = RecordFixtures.forwarded()
        record.route = 99
        record.upstream = -1
        let members = try RecordFixtures.parsed(RecordFixtures.line(record))
        #expect(members["route"] == nil)
        #expect(members["upstream"] == nil)
    }

    @Test func `the query is in no member`() {
        let line = String(decoding: RecordFixtures.line(RecordFixtures.forwarded()), as: UTF8.self)
        #expect(!line.contains("access_token"))
        #expect(!line.contains("hidden"))
    }

    @Test func `a method without a name of its own is spelled as sent`() throws {
        let head = RecordFixtures.head(method: .other, spelled: "PROPFIND")
        let members = try RecordFixtures.parsed(RecordFixtures.line(RecordFixtures.forwarded(), head: head))
        #expect(members["method"] as? String == "PROPFIND")
        let delete = RecordFixtures.head(method: .delete, spelled: "DELETE")
        let deleted = try RecordFixtures.parsed(RecordFixtures.line(RecordFixtures.forwarded(), head: delete))
        #expect(deleted["method"] as? String == "DELETE")
    }

    @Test func `times that run backwards count as zero`() throws {
        var record = RecordFixtures.forwarded()
        record.startedAt = RecordFixtures.now.monotonicNanoseconds + 5
        record.answeredAt = record.forwardedAt - 1
        let line = RecordFixtures.line(record)
        #expect(String(decoding: line, as: UTF8.self).contains("\"duration_ms\":0.000,"))
        #expect(try RecordFixtures.parsed(line)["upstream_ms"] == nil)
    }

    @Test(arguments: [
        "a\"b", "back\\slash", "line\nbreak", "cr\rlf\n{\"time\":\"forged\"}", "\u{1B}[31mred", "nul\0", "\u{7F}",
        "\u{85}\u{9B}31m",
        "grüße", "日本語", "🙂", "\u{2028}", "\u{202E}gpj.exe", "\u{2066}",
    ])
    func `L-08 text from a client stays in its string and its line`(text: String) throws {
        let head = RecordFixtures.head(path: Array(text.utf8), agent: Array(text.utf8))
        let line = RecordFixtures.line(RecordFixtures.forwarded(), head: head)
        try Self.expectSound(line)
        #expect(!String(decoding: line, as: UTF8.self).unicodeScalars.contains { (0x2028...0x2069).contains($0.value) })
        let members = try RecordFixtures.parsed(line)
        #expect(members.count == 16)
        #expect(members["path"] as? String == text)
        #expect(members["user_agent"] as? String == text)
    }

    @Test(
        arguments: [
            ([0x61, 0xFF, 0x62], "a\u{FFFD}b"), ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}"), ([0xE2, 0x82], "\u{FFFD}\u{FFFD}"),
            ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xF0, 0x9F, 0x99, 0x82, 0x80], "🙂\u{FFFD}"), ([0xC2], "\u{FFFD}"),
        ] as [([UInt8], String)]
    )
    func `L-08 bytes that are no UTF-8 are replaced`(bytes: [UInt8], expected: String) throws {
        let line = RecordFixtures.line(RecordFixtures.forwarded(), head: RecordFixtures.head(agent: bytes))
        try Self.expectSound(line)
        #expect(try RecordFixtures.parsed(line)["user_agent"] as? String == expected)
    }

    @Test(arguments: ["a", "\"", "\u{1}", "é", "日", "🙂"])
    func `L-08 a long field is cut at 1 KiB and says so`(unit: String) throws {
        let long = String(repeating: unit, count: 65_536 / unit.utf8.count)
        let line = RecordFixtures.line(RecordFixtures.forwarded(), head: RecordFixtures.head(agent: Array(long.utf8)))
        try Self.expectSound(line)
        let agent = try #require(try RecordFixtures.parsed(line)["user_agent"] as? String)
        #expect(agent.utf8.count <= 1024)
        #expect(agent.utf8.count > 1024 - 8)
        #expect(agent.hasSuffix("...[truncated]"))
        #expect(agent.dropLast("...[truncated]".count).allSatisfy { String($0) == unit })
    }

    @Test func `L-08 a field of exactly 1 KiB is whole`() throws {
        let exact = String(repeating: "a", count: 1023) + "\""
        let line = RecordFixtures.line(RecordFixtures.forwarded(), head: RecordFixtures.head(agent: Array(exact.utf8)))
        #expect(try RecordFixtures.parsed(line)["user_agent"] as? String == exact)
    }

    @Test func `L-08 random bytes never break a line`() throws {
        var random = SmallRandom(seed: 42)
        for _ in 0..<3000 {
            let count = Int(random.next() % 40)
            let bytes = (0..<count).map { _ in
                random.next() % 3 == 0 ? UInt8(truncatingIfNeeded: random.next()) : UInt8(0x20 + random.next() % 0x60)
            }
            let line = RecordFixtures.line(
                RecordFixtures.forwarded(),
                head: RecordFixtures.head(path: bytes, agent: bytes)
            )
            try Self.expectSound(line)
            let members = try RecordFixtures.parsed(line)
            let scalars = members["user_agent"].flatMap { $0 as? String }?.unicodeScalars.filter { $0 != "\u{FFFD}" }
            let valid = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0 != "\u{FFFD}" }
            #expect(scalars.map(Array.init) ?? [] == Array(valid))
        }
    }

    @Test(
        arguments: [
            (0, "0.000"), (999, "0.000"), (1000, "0.001"), (1_234_567, "1.234"), (99_999_999, "99.999"),
            (60_000_000_000, "60000.000"), (UInt64.max, "18446744073709.551"),
        ] as [(UInt64, String)]
    )
    func `nanoseconds are written as milliseconds with three decimals`(nanoseconds: UInt64, expected: String) {
        var text = JSONText()
        text.appendMilliseconds(nanoseconds: nanoseconds)
        #expect(String(decoding: text.bytes, as: UTF8.self) == expected)
    }

    @Test(arguments: [0, 9, 10, 99, 100, 12_345_678_901, UInt64.max])
    func `whole numbers are written in decimal`(value: UInt64) {
        var text = JSONText()
        text.appendInteger(value)
        #expect(String(decoding: text.bytes, as: UTF8.self) == "\(value)")
    }

    @Test func `every day of four centuries is dated as Foundation dates it`() {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        var timestamp = TimestampText()
        var wrong = 0
        for day in stride(from: Int64(0), to: 146_097, by: 13) {
            let milliseconds = day * 86_400_000 + (day * 7_919_111) % 86_400_000
            timestamp.update(wallMilliseconds: milliseconds)
            let expected = formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds / 1000)))
            let text = String(decoding: timestamp.bytes, as: UTF8.self)
            let fraction = String(1000 + milliseconds % 1000).dropFirst()
            if text != expected.dropLast(4) + fraction + "Z" { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    @Test func `the same second and a step back are dated right`() {
        var timestamp = TimestampText()
        for (milliseconds, expected) in [
            (1_700_000_000_001, "2023-11-14T22:13:20.001Z"), (1_700_000_000_999, "2023-11-14T22:13:20.999Z"),
            (1_699_999_999_000, "2023-11-14T22:13:19.000Z"), (-5, "1970-01-01T00:00:00.000Z"),
        ] as [(Int64, String)] {
            timestamp.update(wallMilliseconds: milliseconds)
            #expect(String(decoding: timestamp.bytes, as: UTF8.self) == expected)
        }
    }

    /// One line, one LF at its end, no control byte, valid UTF-8.
    static func expectSound(_ line: [UInt8]) throws {
        #expect(line.last == 0x0A)
        let body = line.dropLast()
        #expect(!body.contains { $0 < 0x20 || $0 == 0x7F })
        let text = try #require(String(validating: body, as: UTF8.self))
        #expect(!text.unicodeScalars.contains { (0x80...0x9F).contains($0.value) })
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SmallRandom {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return self.state >> 33
    }
}
