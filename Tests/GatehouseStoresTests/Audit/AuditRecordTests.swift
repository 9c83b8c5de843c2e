import GatehouseCore
import TestSupport
import Testing

@testable import GatehouseStores

@Suite struct AuditRecordTests {
    @Test func `a record has the members of its event in one order and nothing else`() throws {
        var event = AuditEvent(.userSignup, actor: .anonymous, target: .user("u1"))
        event.clientAddress = "192.0.2.1"
        event.requestID = "r1"
        event.method = "POST"
        event.path = "/api/v1/auth/signup"
        event.status = 201
        let record = AuditRecord(event, after: .start, microseconds: 1_769_903_999_123_456)
        let text = String(decoding: record.line, as: UTF8.self)
        let zeros = String(repeating: "0", count: 64)
        let expected = """
            {"seq":1,"time":"2026-01-31T23:59:59.123456Z","event":"user.signup","actor":{"type":"anonymous"},\
            "target":{"type":"user","id":"u1"},"client_address":"192.0.2.1","request_id":"r1","method":"POST",\
            "path":"/api/v1/auth/signup","status":201,"result":"success","prev_hash":"\(zeros)"
            """
        #expect(text.hasPrefix(expected + ",\"hash\":\""))
        #expect(text.hasSuffix("\"}\n"))
        #expect(text.utf8.count == expected.utf8.count + 76)
    }

    @Test func `an event of a command has only what a command has`() throws {
        let record = AuditRecord(AuditEvent(.keyRotate, actor: .command("root")), after: .start, microseconds: 0)
        let names = try StrictJSON.parseObject(Array(record.line.dropLast())).members.map(\.name)
        #expect(names == ["seq", "time", "event", "actor", "result", "prev_hash", "hash"])
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (951_782_400_000_001, "2000-02-29T00:00:00.000001Z"), (4_102_444_799_999_999, "2099-12-31T23:59:59.999999Z"),
    ])
    func `times are RFC 3339 with microseconds`(microseconds: Int64, text: String) {
        #expect(AuditRecord.time(microseconds) == text)
    }

    @Test(arguments: [
        "\r\n{\"seq\":1}", "\u{1B}[2J", "\u{2028}\u{2029}\u{85}", "\u{202E}gpj.exe\u{202C}", "\",\"level\":\"",
        "\u{0}\u{7F}", "\\", "\u{1F600}é",
    ])
    func `A-21 no text breaks out of its line or reaches a terminal raw`(text: String) throws {
        var event = AuditEvent(.proxyRequest, actor: .user(text), target: .init(type: "user", id: text))
        event.clientAddress = text
        event.requestID = text
        event.method = text
        event.route = text
        event.path = text
        let line = AuditRecord(event, after: .start, microseconds: 0).line.dropLast()
        #expect(line.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        // The strict reader takes no NUL, however it is spelt.
        guard !text.contains("\u{0}") else { return }
        #expect(try StrictJSON.parseObject(Array(line))["path"]?.string == text)
    }

    @Test func `L-08 a text over 1 KiB is cut with a mark and stays one line`() throws {
        var event = AuditEvent(.userLogin, actor: .anonymous)
        event.path = "/" + String(repeating: "é", count: 32_000)
        event.route = String(repeating: "r", count: 1024)
        let line = AuditRecord(event, after: .start, microseconds: 0).line
        let record = try StrictJSON.parseObject(Array(line.dropLast()))
        let path = try #require(record["path"]?.string)
        #expect(path.hasPrefix("/éé") && path.hasSuffix("é[truncated]"))
        #expect((1022...1024).contains(path.utf8.count))
        #expect(record["route"]?.string == event.route)
    }
}
