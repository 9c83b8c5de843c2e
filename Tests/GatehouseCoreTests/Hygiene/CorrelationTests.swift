import Testing

@testable import GatehouseCore

struct CorrelationTests {
    static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test(arguments: [
        String(repeating: "a", count: 10_240), "a b", "a\"b", "", "a\tb", "ä", "a,b", "a/b",
        String(repeating: "a", count: 129),
    ])
    func `N-05 an ill-formed request id is replaced even if a trusted proxy sent it`(value: String) {
        let record = Self.adopt(["X-Request-Id": value], isTrusted: true)
        #expect(record.requestID.text == "00000000000000070000000000000009")
    }

    @Test(arguments: ["a", "A-z_0.9", String(repeating: "a", count: 128)])
    func `N-05 a well-formed request id is kept from a trusted proxy only`(value: String) {
        #expect(Self.adopt(["X-Request-Id": value], isTrusted: true).requestID.text == value)
        #expect(Self.adopt(["X-Request-Id": value], isTrusted: false).requestID.text != value)
        #expect(Self.adopt(["X-Request-Id": value, "x-request-id": value], isTrusted: true).requestID.text != value)
    }

    @Test func `N-05 a well-formed trace goes on with a span of our own, whoever began it`() {
        let record = Self.adopt(["traceparent": Self.parent], isTrusted: false)
        #expect(Self.text(record.trace).hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-"))
        #expect(Self.text(record.trace).hasSuffix("-01"))
        #expect(record.trace.span != 0x00f0_67aa_0ba9_02b7)
        #expect(record.trace.span != 0)
        let unsampled = Self.adopt(["traceparent": String(Self.parent.dropLast()) + "0"], isTrusted: false)
        #expect(Self.text(unsampled.trace).hasSuffix("-00"))
    }

    @Test func `N-05 a later version may say more, and we speak our own`() {
        let later = "cc" + Self.parent.dropFirst(2)
        for value in [later, later + "-what-comes"] {
            let record = Self.adopt(["traceparent": value], isTrusted: false)
            #expect(Self.text(record.trace).hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-"))
        }
        #expect(Self.isNew(Self.adopt(["traceparent": later + ".more"], isTrusted: false).trace))
    }

    @Test(arguments: [
        "", "00", String(Self.parent.dropLast()), Self.parent + "0", Self.parent + "-00", Self.parent.uppercased(),
        "ff" + Self.parent.dropFirst(2), "0g" + Self.parent.dropFirst(2), Self.parent.replacing("-", with: "_"),
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01", " " + Self.parent,
    ])
    func `N-05 a bad traceparent begins a new trace`(value: String) {
        #expect(Self.isNew(Self.adopt(["traceparent": value], isTrusted: true).trace))
    }

    @Test func `N-05 two traceparents are none`() {
        let record = Self.adopt(["traceparent": Self.parent, "Traceparent": Self.parent], isTrusted: false)
        #expect(Self.isNew(record.trace))
    }

    @Test func `tracestate goes on with its trace and no other`() {
        let good = HeadDraft("GET", "/", ["traceparent": Self.parent, "tracestate": "a=1"]).head
        let bad = HeadDraft("GET", "/", ["tracestate": "a=1"]).head
        var record = AccessRecord()
        for head in [good, bad] {
            Correlation(trustedProxies: .empty)
                .adopt(head, Peer(address: [], isTrusted: false), record: &record, random: (high: 7, low: 9))
        }
        #expect(good.forwarded("tracestate") == ["a=1"])
        #expect(bad.forwarded("tracestate") == [])
    }

    @Test func `without a head there is an id, a trace and the peer's address all the same`() {
        var record = AccessRecord()
        Correlation(trustedProxies: .empty)
            .adopt(nil, Peer(address: Array("::1".utf8), isTrusted: true), record: &record, random: (high: 0, low: 0))
        #expect(record.clientAddress == Array("::1".utf8))
        #expect(record.requestID.text == String(repeating: "0", count: 32))
        #expect(record.trace.traceLow != 0)
        #expect(record.trace.span != 0)
    }

    private static func adopt(_ fields: KeyValuePairs<String, String>, isTrusted: Bool) -> AccessRecord {
        var record = AccessRecord()
        let peer = Peer(address: Array("10.0.0.1".utf8), isTrusted: isTrusted)
        Correlation(trustedProxies: .empty)
            .adopt(HeadDraft("GET", "/", fields).head, peer, record: &record, random: (high: 7, low: 9))
        return record
    }

    private static func isNew(_ trace: TraceContext) -> Bool {
        trace.traceHigh == 7 && trace.traceLow == 9 && !trace.isSampled
    }

    private static func text(_ trace: TraceContext) -> String {
        var bytes: [UInt8] = []
        trace.write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
