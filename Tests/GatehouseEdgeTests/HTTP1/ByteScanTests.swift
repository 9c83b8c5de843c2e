import GatehouseCore
import Testing

@testable import GatehouseEdge

/// The scan of eight bytes at a time and the classes, against their plain definitions.
@Suite struct ByteScanTests {
    @Test func `the scan for control bytes finds what a plain loop finds`() {
        var dice = Dice(seed: 1)
        // Bytes around every border of the classes, so that borrows between lanes would show.
        let edges: [UInt8] = [0, 1, 8, 9, 10, 13, 0x1F, 0x20, 0x21, 0x7E, 0x7F, 0x80, 0x81, 0x9F, 0xA0, 0xFE, 0xFF]
        for round in 0..<20_000 {
            let isQuiet = round % 2 == 0
            let bytes = (0..<Int.random(in: 0...40, using: &dice)).map { _ -> UInt8 in
                if isQuiet, Int.random(in: 0..<12, using: &dice) > 0 {
                    return UInt8.random(in: 0x20...0x7E, using: &dice)
                }
                return edges.randomElement(using: &dice) ?? 0
            }
            let start = Int.random(in: 0...bytes.count, using: &dice)
            let end = Int.random(in: start...bytes.count, using: &dice)
            let expected = (start..<end).first { Self.isControl(bytes[$0]) } ?? end
            #expect(unsafe ByteScan.firstControl(bytes.span.bytes, from: start, to: end) == expected)
        }
    }

    @Test func `every byte in every lane of a word is found or passed over`() {
        for byte in UInt8.min...UInt8.max {
            for lane in 0..<17 {
                var bytes = [UInt8](repeating: 0x61, count: 17)
                bytes[lane] = byte
                let expected = Self.isControl(byte) ? lane : 17
                #expect(unsafe ByteScan.firstControl(bytes.span.bytes, from: 0, to: 17) == expected)
            }
        }
    }

    @Test func `a token holds what RFC 9110 section 5-6-2 lists`() {
        let allowed = Set(Array("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8))
        for byte in UInt8.min...UInt8.max {
            #expect(ByteScan.isToken(byte) == allowed.contains(byte), "byte \(byte)")
        }
    }

    @Test func `a target holds visible ASCII without the delimiters that no URI has`() {
        let forbidden = Set(Array("\"#<>\\^`{|}".utf8))
        for byte in UInt8.min...UInt8.max {
            let expected = (0x21...0x7E).contains(byte) && !forbidden.contains(byte)
            #expect(ByteScan.isTarget(byte) == expected, "byte \(byte)")
        }
    }

    @Test func `only the letters of ASCII change their case`() {
        for byte in UInt8.min...UInt8.max {
            let expected = (0x41...0x5A).contains(byte) ? byte + 32 : byte
            #expect(ByteScan.lowercased(byte) == expected)
        }
    }

    @Test func `decimals are digits without a leading zero, 18 at most`() {
        func read(_ text: String) -> Int? {
            let bytes = wire(text)
            return unsafe ByteScan.decimal(bytes.span.bytes, 0..<bytes.count)
        }
        #expect(read("0") == 0)
        #expect(read("65535") == 65_535)
        #expect(read("999999999999999999") == 999_999_999_999_999_999)
        for text in [
            "", "00", "01", "+1", "-1", "1 ", " 1", "1_0", "0x1", "1000000000000000000", "1a", "\u{B2}", "/", ":",
        ] {
            #expect(read(text) == nil, "\(text)")
        }
    }

    @Test func `list elements come without blanks, and empty ones not at all`() {
        func elements(_ text: String) -> [String] {
            let bytes = wire(text)
            var found: [String] = []
            unsafe ByteScan.forEachElement(bytes.span.bytes, 0..<bytes.count) { (range: Range<Int>) in
                found.append(wireText(bytes[range]))
            }
            return found
        }
        #expect(elements("a, b\t,c") == ["a", "b", "c"])
        #expect(elements(",, a ,,") == ["a"])
        #expect(elements("") == [])
        #expect(elements("a b") == ["a b"])
    }

    @Test func `texts are compared without regard to case, and parameters are not looked at`() {
        let bytes = wire("x, TraiLers;q=1, y")
        unsafe #expect(ByteScan.listHolds(bytes.span.bytes, 0..<bytes.count, "trailers"))
        unsafe #expect(!ByteScan.listHolds(bytes.span.bytes, 0..<bytes.count, "trailer"))
        let close = wire("CLOSE")
        unsafe #expect(ByteScan.equals(close.span.bytes, 0..<5, "close"))
        unsafe #expect(!ByteScan.equals(close.span.bytes, 0..<4, "close"))
        let kelvin = wire("@[`{")
        unsafe #expect(!ByteScan.equals(kelvin.span.bytes, 0..<4, "`{`{"))
    }

    private static func isControl(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != 0x09) || byte == 0x7F
    }
}
