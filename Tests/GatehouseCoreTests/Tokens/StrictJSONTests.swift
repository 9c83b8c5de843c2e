import GatehouseCore
import Testing

@Suite struct StrictJSONTests {
    private func reason(_ text: String) -> JSONFlaw.Reason? {
        self.reason(Array(text.utf8))
    }

    private func reason(_ bytes: [UInt8]) -> JSONFlaw.Reason? {
        do throws(JSONFlaw) {
            _ = try StrictJSON.parse(bytes)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1.5", "1e5", "1E+5", "-1.25e-7", "\"\"", "\"a\"", "[]", "{}", " [ ] ",
        "\t{\r\n}",
        "[1,\"2\",null,[{}]]", "{\"a\":{\"b\":[1,2]},\"c\":\"d\"}", "1e400", "\"\\ud83d\\ude00\"", "\"\u{7F}\"",
        "\"é\"",
    ])
    func `valid documents are read and written back`(text: String) throws {
        let value = try StrictJSON.parse(Array(text.utf8))
        var writer = JSONWriter()
        writer.value(value)
        #expect(try StrictJSON.parse(writer.bytes) == value)
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd), (" ", .unexpectedEnd), ("[", .unexpectedEnd), ("{\"a\":", .unexpectedEnd),
            ("\"a", .unexpectedEnd),
            ("tru", .unexpectedEnd), ("[1", .unexpectedEnd), ("{\"a\"", .unexpectedEnd), ("\"\\u12", .unexpectedEnd),
            ("[1,]", .unexpectedByte), ("{\"a\":1,}", .unexpectedByte), ("[,1]", .unexpectedByte),
            ("{a:1}", .unexpectedByte),
            ("{'a':1}", .unexpectedByte), ("{1:1}", .unexpectedByte), ("NaN", .unexpectedByte),
            ("Infinity", .unexpectedByte),
            ("+1", .unexpectedByte), (".5", .unexpectedByte), ("[1 2]", .unexpectedByte), ("True", .unexpectedByte),
            ("nul1", .unexpectedByte), ("// c\n1", .unexpectedByte), ("\u{A0}1", .unexpectedByte),
            ("\u{C}1", .unexpectedByte),
            ("[1}", .unexpectedByte), ("{\"a\" 1}", .unexpectedByte), ("\0", .unexpectedByte),
            ("1 2", .trailingBytes), ("{}{}", .trailingBytes), ("1x", .trailingBytes), ("null\0", .trailingBytes),
            ("0x10", .trailingBytes),
            ("01", .badNumber), ("-", .badNumber), ("1.", .badNumber), ("1.e5", .badNumber), ("1e", .badNumber),
            ("1e+", .badNumber),
            ("-01", .badNumber), ("1.2.3", .badNumber), ("--1", .badNumber),
            ("\"\n\"", .controlCharacter), ("\"\t\"", .controlCharacter), ("\"\0\"", .controlCharacter),
            ("\"\\x41\"", .badEscape), ("\"\\u12g4\"", .badEscape), ("\"\\U0041\"", .badEscape),
            ("\"\\'\"", .badEscape),
            ("\"\\u0000\"", .escapedNUL), ("{\"a\\u0000\":1}", .escapedNUL),
            ("\"\\ud800\"", .loneSurrogate), ("\"\\udc00\"", .loneSurrogate), ("\"\\ud800\\u0041\"", .loneSurrogate),
            ("\"\\ud800x\"", .loneSurrogate), ("\"\\ud800\\ud800\"", .loneSurrogate),
            ("\"\\udfff\\ud800\"", .loneSurrogate),
            ("{\"a\":1,\"a\":2}", .duplicateMember), ("{\"a\":1,\"\\u0061\":2}", .duplicateMember),
            ("[{\"x\":{\"k\":0,\"k\":0}}]", .duplicateMember), ("{\"\":1,\"\":2}", .duplicateMember),
            ("{\"\\ud83d\\ude00\":1,\"😀\":2}", .duplicateMember),
            ("\u{FEFF}{}", .byteOrderMark),
        ] as [(String, JSONFlaw.Reason)]
    )
    func `what two readers could read differently is refused`(text: String, expected: JSONFlaw.Reason) {
        #expect(self.reason(text) == expected)
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0x80], [0xE2, 0x82],
        ] as [[UInt8]]
    )
    func `what is no UTF-8 is refused`(sequence: [UInt8]) {
        #expect(self.reason([0x22] + sequence + [0x22]) == .invalidUTF8)
    }

    @Test func `names that only look alike are two members`() throws {
        let object = try StrictJSON.parseObject(Array("{\"\u{E9}\":1,\"e\u{301}\":2,\"E\":3,\"e\":4}".utf8))
        #expect(object.members.count == 4)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(object["x"] == nil)
    }

    @Test func `escapes are resolved`() throws {
        let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00z""#
        #expect(try StrictJSON.parse(Array(text.utf8)) == "\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{20AC}\u{1F600}z")
    }

    @Test func `depth and members are bounded`() {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(self.reason(nested(16)) == nil)
        #expect(self.reason(nested(17)) == .tooDeep)
        #expect(self.reason(String(repeating: "[", count: 1_000_000)) == .tooDeep)
        #expect(self.reason(String(repeating: "{\"a\":", count: 100_000)) == .tooDeep)
        func members(_ count: Int) -> String { "{" + (0..<count).map { "\"\($0)\":0" }.joined(separator: ",") + "}" }
        #expect(self.reason(members(256)) == nil)
        #expect(self.reason(members(257)) == .tooManyMembers)
        #expect(self.reason(members(10_000)) == .tooManyMembers)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.0", nil), ("1e2", nil),
        ] as [(String, Int64?)]
    )
    func `whole numbers are exact or nil`(text: String, expected: Int64?) throws {
        #expect(try StrictJSON.parse(Array(text.utf8)).number?.integer == expected)
    }

    @Test(
        arguments: [
            ("1.5", 2), ("-1.5", -1), ("1700000000.5", 1_700_000_001), ("1e308", 1 << 53), ("-1e308", -(1 << 53)),
            ("9223372036854775807", 1 << 53), ("1e400", nil), ("-1e400", nil), ("1e-400", 0), ("2.0", 2),
        ] as [(String, Int64?)]
    )
    func `times are rounded up and clamped, never trapped`(text: String, expected: Int64?) throws {
        #expect(try StrictJSON.parse(Array(text.utf8)).number?.seconds == expected)
    }

    @Test func `random bytes never trap`() {
        var random = SplitMix(seed: 7)
        let alphabet = Array("{}[]\",:\\u0019eE+-. \ntrfalsn\u{E9}".utf8)
        for _ in 0..<50_000 {
            let bytes = (0..<Int(random.next() % 40)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            guard let value = try? StrictJSON.parse(bytes) else { continue }
            var writer = JSONWriter()
            writer.value(value)
            #expect((try? StrictJSON.parse(writer.bytes)) == value)
        }
    }

    @Test func `mutated documents never trap`() {
        var random = SplitMix(seed: 11)
        let document = Array(TypicalToken.payload.utf8)
        for _ in 0..<20_000 {
            var changed = document
            for _ in 0...(random.next() % 3) {
                changed[Int(random.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            _ = try? StrictJSON.parse(changed)
            _ = try? StrictJSON.parse(Array(changed.prefix(Int(random.next() % UInt64(changed.count)))))
        }
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
