import GatehouseCore
import NIOCore
import TestSupport
import Testing

@testable import GatehouseEdge

/// The protocol of Redis as the edge reads and writes it.
@Suite struct RedisReplyTests {
    private static let sample: RESPValue = .array([
        .text("one"), .integer(-7), .bulk(nil), .array([.simple("OK"), .error("ERR no")]), .array([]), .array(nil),
    ])

    @Test(arguments: [1, 2, 3, 7, 1000])
    func `replies are the same in pieces of any size`(size: Int) throws {
        let reader = RedisReplyReader()
        let bytes = Self.sample.encoded + RESPValue.text("two").encoded
        var replies: [RedisReply] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            try reader.feed(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
            while try reader.next() { replies.append(reader.reply) }
        }
        let first: RedisReply = .array([
            .text(Array("one".utf8)), .integer(-7), .null,
            .array([.text(Array("OK".utf8)), .error(Array("ERR no".utf8))]), .array([]), .null,
        ])
        #expect(replies == [first, .text(Array("two".utf8))])
    }

    enum Excess: String, CaseIterable {
        case unknownType, longArray, longestArray, countless, depth, members, status, bulk

        var text: String {
            switch self {
            case .unknownType: "?x\r\n"
            case .longArray: "*1048577\r\n"
            case .longestArray: "*2147483647\r\n"
            case .countless: "*99999999999999999999\r\n"
            case .depth: String(repeating: "*1\r\n", count: 20)
            case .members: String(repeating: "*60000\r\n" + String(repeating: ":1\r\n", count: 59_999), count: 2)
            case .status: "+" + String(repeating: "a", count: 2 << 20)
            case .bulk: "$2000000\r\n" + String(repeating: "a", count: 2_000_000) + "\r\n"
            }
        }
    }

    @Test(arguments: Excess.allCases)
    func `D-12 replies beyond the bounds are faults`(excess: Excess) {
        let reader = RedisReplyReader()
        #expect(throws: RedisFault.protocolViolation) {
            let bytes = Array(excess.text.utf8)
            for start in stride(from: 0, to: bytes.count, by: 65_536) {
                try reader.feed(ByteBuffer(bytes: bytes[start..<min(start + 65_536, bytes.count)]))
                while try reader.next() {}
            }
            // An array that is only announced ends with its members.
            while true {
                try reader.feed(ByteBuffer(string: ":1\r\n"))
                while try reader.next() {}
            }
        }
    }

    @Test
    func `D-12 what does not end is a fault before it is two MiB`() {
        for start in ["$1073741824\r\n", "+", "*2\r\n:1\r\n-"] {
            let reader = RedisReplyReader()
            #expect(throws: RedisFault.protocolViolation, "\(start)") {
                try reader.feed(ByteBuffer(string: start))
                for _ in 0..<32 {
                    try reader.feed(ByteBuffer(repeating: 0x61, count: 65_536))
                    #expect(try !reader.next())
                }
            }
        }
    }

    @Test
    func `random bytes are replies or faults, never more`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = Self.sample.encoded
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    [
                        0x2A, 0x24, 0x3A, 0x2D, 0x0D, 0x0A, 0x39, UInt8.random(in: 0...255, using: &random),
                    ].randomElement(using: &random) ?? 0
            }
            let reader = RedisReplyReader()
            try? reader.feed(ByteBuffer(bytes: bytes))
            while (try? reader.next()) == true { _ = reader.reply }
        }
    }

    @Test
    func `a call names the keys, then the bounds and the cost of each`() throws {
        let writer = QuotaCallWriter(table: .ten)
        var output = ByteBuffer()
        var charges = QuotaCharges()
        for (policy, cost) in [(0, 1), (1, 0), (1, 12)] {
            charges.append(QuotaCharge(policy: policy, tier: 0, cost: cost, key: .caller("alice")))
        }
        #expect(writer.knows(charges))
        writer.write(charges, 0b111, asText: false, to: &output)
        writer.write(charges, 0b010, asText: true, to: &output)
        let reader = RedisReplyReader()
        try reader.feed(output)
        try #require(try reader.next())
        let tag = QuotaKey.caller("alice").text
        let words = reader.reply.members.compactMap(\.string)
        let keys = ["gh:q:{\(tag)}:default", "gh:q:{\(tag)}:address", "gh:q:{\(tag)}:address"]
        let bounds = ["360000000000", "3600000000000", "1", "180000000000", "3600000000000", "0"]
        #expect(
            words == ["EVALSHA", QuotaScript.digest, "3"] + keys + bounds + ["180000000000", "3600000000000", "12"]
        )
        try #require(try reader.next())
        #expect(reader.reply.members.compactMap(\.string)[..<4] == ["EVAL", QuotaScript.text, "1", keys[1]])
        #expect(try !reader.next())
    }

    @Test
    func `charges that the table does not have are not written`() {
        let writer = QuotaCallWriter(table: .ten)
        #expect(writer.knows(.of([0, 1])))
        #expect(!writer.knows(.of([2])))
        var charges = QuotaCharges()
        charges.append(QuotaCharge(policy: 0, tier: 1, cost: 1, key: .caller("alice")))
        #expect(!writer.knows(charges))
    }

    @Test
    func `an error is known by its first word`() {
        func reply(_ text: String) -> RedisErrorReply { RedisErrorReply(Array(text.utf8)[...]) }
        #expect(reply("MOVED 3999 127.0.0.1:6381") == .moved(RedisAddress(host: "127.0.0.1", port: 6381)))
        #expect(reply("ASK 3999 :6381") == .ask(RedisAddress(host: "", port: 6381)))
        #expect(reply("MOVED 3999 2001:db8::1:6381") == .moved(RedisAddress(host: "2001:db8::1", port: 6381)))
        for text in ["MOVED", "MOVED 1", "MOVED 1 a", "MOVED 1 a:", "MOVED 1 a:0", "MOVED 1 a:65536", "ASK 1 a:-1"] {
            #expect(reply(text) == .failed)
        }
        #expect(reply("OOM command not allowed. script: a, on @user_script:1.") == .failed)
        #expect(reply("LOADINGX") == .failed && reply("") == .failed)
        #expect(reply("READONLY") == .fault(.notPrimary))
    }

    @Test
    func `a queue keeps the numbers of its elements while it grows and wraps`() {
        var queue = NumberedQueue(filler: -1)
        var expected: [(UInt64, Int)] = []
        for step in 0..<1000 {
            expected.append((queue.next, step))
            queue.append(step)
            if step % 3 == 0 {
                let first = expected.removeFirst()
                #expect(queue.first == first.0)
                #expect(queue.popFirst() == first.1)
            }
            if step % 50 == 0 { #expect(expected.allSatisfy { queue[$0.0] == $0.1 }) }
        }
        #expect(queue[queue.next] == nil && queue[queue.first &- 1] == nil)
        let middle = expected[100].0
        #expect(queue.update(middle) { $0 = 5 } != nil)
        #expect(queue[middle] == 5 && queue.oldest == expected[0].1 && queue.count == expected.count)
        #expect(queue.update(queue.next) { $0 = 5 } == nil)
    }
}
