import Testing

@testable import GatehouseConfig

@Suite struct AddressRangeTests {
    @Test(arguments: [
        ("10.0.0.0/8", [UInt8]([10, 255, 0, 1]), [UInt8]([11, 0, 0, 1])),
        ("192.168.4.0/22", [192, 168, 7, 255], [192, 168, 8, 0]),
        ("192.0.2.7", [192, 0, 2, 7], [192, 0, 2, 6]),
        ("10.0.0.128/25", [10, 0, 0, 128], [10, 0, 0, 127]),
        ("fd00::/8", [0xFD] + [UInt8](repeating: 9, count: 15), [0xFC] + [UInt8](repeating: 9, count: 15)),
        ("::1", [UInt8](repeating: 0, count: 15) + [1], [UInt8](repeating: 0, count: 16)),
    ])
    func `a range holds what its prefix says`(text: String, inside: [UInt8], outside: [UInt8]) throws {
        let range = try AddressRange(text)
        #expect(range.contains(inside))
        #expect(!range.contains(outside))
        #expect(!range.contains([]))
        #expect(range.text == text)
    }

    @Test func `the two families do not mix`() throws {
        #expect(try !AddressRange("::/1").contains([10, 0, 0, 1]))
        #expect(try !AddressRange("10.0.0.0/8").contains([UInt8](repeating: 0, count: 10) + [255, 255, 10, 0, 0, 1]))
    }
}
