import Testing

@testable import GatehouseCore

struct AddressSetTests {
    @Test(arguments: [
        ("1.2.3.4", "1.2.3.4"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"),
        ("::1", "::1"),
        ("1::", "1::"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:0DB8::0001", "2001:db8::1"),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("::ffff:1.2.3.4", "1.2.3.4"), ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
        ("fe80::a:b:c:d", "fe80::a:b:c:d"),
    ])
    func `addresses are read in any spelling and written in one`(text: String, canonical: String) throws {
        let address = try #require(NetworkAddress(Array(text.utf8)[...]))
        #expect(String(decoding: address.text, as: UTF8.self) == canonical)
        #expect(NetworkAddress(address.text[...]) == address)
    }

    @Test(arguments: [
        "", ".", "1", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.400", "1.2.3.04", "+1.2.3.4", "1.2.3.٤", ":", ":1", "1:",
        ":::1",
        "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "::1.2.3", "1.2.3.4::1", "::12345", "::-1",
        "::1 ", "::%1",
        "1:2:3:4:5:6:7:1.2.3.4", String(repeating: "1", count: 100), String(repeating: ":", count: 100),
    ])
    func `what is no address is none`(text: String) {
        #expect(NetworkAddress(Array(text.utf8)[...]) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0", true), ("10.255.255.255", true), ("11.0.0.0", false), ("9.255.255.255", false),
        ("::ffff:10.1.2.3", true),
        ("::10.1.2.3", false), ("192.168.1.77", true), ("192.168.1.128", false), ("fd12::1", true), ("fe00::1", false),
        ("::1", true), ("::2", false), ("junk", false), ("", false),
    ])
    func `an address is in the set if one range holds it`(text: String, expected: Bool) {
        let set = AddressSet([
            (network: [10, 0, 0, 0], prefixLength: 8), (network: [192, 168, 1, 0], prefixLength: 25),
            (network: [0xFC] + Array(repeating: 0, count: 15), prefixLength: 7),
            (network: Array(repeating: 0, count: 15) + [1], prefixLength: 128),
        ])
        #expect(set.contains(text: Array(text.utf8)) == expected)
    }

    @Test func `a wide IPv6 range does not hold IPv4 addresses by accident`() throws {
        let wide = AddressSet([(network: Array(repeating: 0, count: 16), prefixLength: 8)])
        #expect(!wide.contains(text: Array("1.2.3.4".utf8)))
        #expect(wide.contains(text: Array("::5".utf8)))
        let mapped = AddressSet([
            (network: Array(repeating: 0, count: 10) + [0xFF, 0xFF, 1, 2, 0, 0], prefixLength: 112)
        ])
        #expect(mapped.contains(text: Array("1.2.3.4".utf8)))
    }

    @Test func `bits behind the prefix do not count and ranges that are none hold nothing`() {
        #expect(AddressSet([(network: [10, 1, 2, 3], prefixLength: 8)]).contains(text: Array("10.9.9.9".utf8)))
        #expect(AddressSet([(network: [10, 1], prefixLength: 8)]).isEmpty)
        #expect(AddressSet([(network: [10, 1, 2, 3], prefixLength: 33)]).isEmpty)
        #expect(AddressSet([(network: [10, 1, 2, 3], prefixLength: -1)]).isEmpty)
        #expect(AddressSet([(network: [1, 2, 3, 4], prefixLength: 32)]).contains(text: Array("1.2.3.4".utf8)))
        #expect(!AddressSet([(network: [1, 2, 3, 4], prefixLength: 32)]).contains(text: Array("1.2.3.5".utf8)))
    }
}
