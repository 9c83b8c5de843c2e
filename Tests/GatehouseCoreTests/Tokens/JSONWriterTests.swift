import GatehouseCore
import Testing

@Suite struct JSONWriterTests {
    @Test func `commas and brackets are the writer's business`() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("a")
            writer.integer(-1)
            writer.name("b")
            writer.array { writer in
                writer.bool(true)
                writer.null()
                writer.object { _ in }
                writer.array { _ in }
                writer.string("x")
            }
            writer.name("c")
            writer.bool(false)
        }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"a":-1,"b":[true,null,{},[],"x"],"c":false}"#)
        writer.removeAll()
        writer.null()
        #expect(writer.bytes == Array("null".utf8))
    }

    @Test(arguments: [
        ("a\"b\\c", #"a\"b\\c"#), ("\n\r\t\0\u{1F}\u{7F}", #"\n\r\t\u0000\u001f\u007f"#), ("é😀/", "é😀/"),
    ])
    func `strings are escaped`(text: String, expected: String) {
        var writer = JSONWriter()
        writer.string(text)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"\(expected)\"")
    }

    @Test func `text from strangers becomes ASCII`() {
        var writer = JSONWriter()
        writer.text((Array("a\u{1B}\u{202E}é😀\"".utf8) + [0xFF, 0x41, 0xC3]).span)
        let expected = #""a\u001b\u202e\u00e9\ud83d\ude00\"\ufffdA\ufffd""#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test func `any value is written as it was read`() throws {
        let text = #"{"a":[1.50,-0,1e400,"é",null,true,{"b":{}}],"":[]}"#
        var writer = JSONWriter()
        writer.value(try StrictJSON.parse(Array(text.utf8)))
        #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
    }
}
