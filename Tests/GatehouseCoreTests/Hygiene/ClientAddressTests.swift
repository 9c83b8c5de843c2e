import Testing

@testable import GatehouseCore

/// Whose `X-Forwarded-For` is believed, and how far; trusted are 10.0.0.0/8 and fd00::/8.
struct ClientAddressTests {
    @Test func `N-06 it is discarded from a peer that is not trusted`() {
        #expect(Self.client(["X-Forwarded-For": "1.2.3.4"], isTrusted: false) == "10.9.9.9")
    }

    @Test(arguments: [
        ("1.2.3.4", "1.2.3.4"), ("6.6.6.6, 1.2.3.4", "1.2.3.4"), ("6.6.6.6,1.2.3.4,10.0.0.1 ,\t10.0.0.2", "1.2.3.4"),
        ("10.0.0.1, 10.0.0.2", "10.0.0.1"), ("1.2.3.4:5678", "1.2.3.4"), ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("::ffff:1.2.3.4", "1.2.3.4"),
        ("1.2.3.4, ::ffff:10.0.0.1", "1.2.3.4"), ("1.2.3.4, fd00::7", "1.2.3.4"), ("[::FFFF:102:304]:1", "1.2.3.4"),
    ])
    func `N-06 the first address from the right that is not trusted wins`(value: String, expected: String) {
        #expect(Self.client(["X-Forwarded-For": value]) == expected)
    }

    @Test(arguments: [
        "", " ", ",", "1.2.3.4,", "1.2.3.4, ,", "unknown", "1.2.3.4, unknown", "_hidden", "1.2.3", "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4", "1.2.3.4:", "1.2.3.4:123456", "1.2.3.4:a", "[1.2.3.4]", "[::1", "::1]", "[::1]x", "[::1]:",
        "fe80::1%eth0",
        "1.2.3.4 5.6.7.8", "for=1.2.3.4", "\"1.2.3.4\"", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "12345::",
        "1.2.3.4::", "::g",
    ])
    func `N-06 a bad element stops the walk at the peer`(value: String) {
        #expect(Self.client(["X-Forwarded-For": value]) == "10.9.9.9")
    }

    @Test func `N-06 a bad element stops the walk where it stands`() {
        #expect(Self.client(["X-Forwarded-For": "1.2.3.4, unknown, 10.0.0.1, 10.0.0.2"]) == "10.0.0.1")
    }

    @Test func `N-06 two lines are one list`() {
        let fields: KeyValuePairs = ["X-Forwarded-For": "1.2.3.4, 5.6.7.8", "A": "b", "x-forwarded-for": "10.0.0.1"]
        #expect(Self.client(fields) == "5.6.7.8")
    }

    @Test func `N-06 of a thousand hops 32 are looked at`() {
        let hops = Array(repeating: "10.0.0.1", count: 999)
        #expect(Self.client(["X-Forwarded-For": (["1.2.3.4"] + hops).joined(separator: ",")]) == "10.0.0.1")
        let near = Array(repeating: "10.0.0.1", count: 31)
        #expect(Self.client(["X-Forwarded-For": (["1.2.3.4"] + near).joined(separator: ",")]) == "1.2.3.4")
        let far = Array(repeating: "10.0.0.1", count: 32)
        #expect(Self.client(["X-Forwarded-For": (["1.2.3.4"] + far).joined(separator: ",")]) == "10.0.0.1")
    }

    @Test func `N-06 the app gets the one address`() throws {
        var world = try World()
        world.trusted = Self.trusted
        world.peer = Peer(address: Array("10.9.9.9".utf8), isTrusted: true)
        try world.add("/any")
        let outcome = world.decide(HeadDraft("GET", "/any", ["X-Forwarded-For": "6.6.6.6, 1.2.3.4:80"]))
        #expect(outcome.head.forwarded("X-Forwarded-For") == ["1.2.3.4"])
        #expect(outcome.record.clientAddress == Array("1.2.3.4".utf8))
    }

    static let trusted = AddressSet([
        (network: [10, 0, 0, 0], prefixLength: 8), (network: [0xFD] + Array(repeating: 0, count: 15), prefixLength: 8),
    ])

    private static func client(_ fields: KeyValuePairs<String, String>, isTrusted: Bool = true) -> String {
        let peer = Peer(address: Array("10.9.9.9".utf8), isTrusted: isTrusted)
        var record = AccessRecord()
        Correlation(trustedProxies: self.trusted)
            .adopt(HeadDraft("GET", "/", fields).head, peer, record: &record, random: (high: 1, low: 2))
        return String(decoding: record.clientAddress, as: UTF8.self)
    }
}
