import GatehouseCore
import Testing

@testable import GatehouseEdge

/// The framings of a body.
@Suite struct BodyReaderTests {
    @Test func `chunks are joined, whatever the case of their sizes, and trailers are kept`() {
        let body = ReadBody(
            chunked: "3\r\nabc\r\nA\r\n0123456789\r\n00a\r\nabcdefghij\r\n0\r\nX-A: 1\r\nX-B:\t2 \r\n\r\nnext"
        )
        #expect(wireText(body.content) == "abc0123456789abcdefghij")
        #expect(body.ending == .end)
        #expect(body.trailers == ["X-A=1", "X-B=2"])
        #expect(body.rest == 4)
    }

    @Test func `H-08: chunk extensions are dropped as long as they have 4 KiB together`() {
        #expect(wireText(ReadBody(chunked: "5;ext=1\r\nhello\r\n0;x=\"y\"\r\n\r\n").content) == "hello")
        let longest = ";" + String(repeating: "e", count: 4095)
        #expect(ReadBody(chunked: "1\(longest)\r\na\r\n0\r\n\r\n").ending == .end)
        #expect(ReadBody(chunked: "1\(longest)e\r\na\r\n0\r\n\r\n").ending == .malformed(.chunk))
        #expect(ReadBody(chunked: "1;" + String(repeating: "e", count: 16_384)).ending == .malformed(.chunk))
        let small = "1;" + String(repeating: "e", count: 99) + "\r\na\r\n"
        #expect(ReadBody(chunked: String(repeating: small, count: 40) + "0\r\n\r\n").ending == .end)
        #expect(ReadBody(chunked: String(repeating: small, count: 41) + "0\r\n\r\n").ending == .malformed(.chunk))
    }

    @Test(arguments: [
        "5;a\nb\r\nhello\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n", "5;a\rb\r\nhello\r\n0\r\n\r\n",
        "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n",
        "5\r\rhello\r\n0\r\n\r\n", "5;a\u{0}\r\nhello\r\n", "5;a\u{7F}\r\nhello\r\n", "5;\n", "5\rhello",
    ])
    func `H-09: a chunk's size line ends with CR LF and holds neither elsewhere`(body: String) {
        #expect(ReadBody(chunked: body).ending == .malformed(.chunk))
    }

    @Test(arguments: [
        "\r\n", " 5\r\nhello\r\n", "5 \r\nhello\r\n", "5\t\r\nhello\r\n", "0x5\r\nhello\r\n", "+5\r\nhello\r\n",
        "-1\r\n", "5g\r\nhello\r\n",
        "FFFFFFFFFFFFFFFF\r\n", "00000000000000005\r\nhello\r\n", "000000005\r\nhello\r\n", "5,\r\n",
        "\u{D9}\u{A5}\r\n", ";x\r\n",
        "5.0\r\n", "g\r\n", "\u{0}",
    ])
    func `H-10: a chunk's size is 1 to 8 hexadecimal digits`(body: String) {
        #expect(ReadBody(chunked: body).ending == .malformed(.chunk))
    }

    @Test func `H-10: the largest size that can be written is waited for`() {
        let body = ReadBody(chunked: "FFFFFFFF\r\nabc")
        #expect(body.ending == .needsMore)
        #expect(wireText(body.content) == "abc")
        #expect(wireText(ReadBody(chunked: "00000005\r\nhello\r\n0\r\n\r\n").content) == "hello")
    }

    @Test(arguments: ["5\r\nhelloX\r\n", "5\r\nhello\n", "5\r\nhello\rX", "5\r\nhello0\r\n\r\n", "5\r\nhello\r\r\n"])
    func `H-11: content is followed by CR LF`(body: String) {
        #expect(ReadBody(chunked: body).ending == .malformed(.chunk))
    }

    @Test(arguments: ["0\r\n\r\n", "00\r\n\r\n", "0;x\r\n\r\n", "00000000\r\n\r\n"])
    func `H-11: the last chunk in any legal spelling ends the body, and only with its empty line`(end: String) {
        #expect(ReadBody(chunked: end).ending == .end)
        for count in 0..<end.utf8.count {
            #expect(ReadBody(Array(wire(end).prefix(count)), .streamed).ending == .needsMore)
        }
    }

    @Test(arguments: [
        "Content-Length", "Transfer-Encoding", "Host", "Authorization", "Connection", "Cookie", "TE", "Trailer",
        "Upgrade",
        "Expect", "content-length", "Proxy-Authorization",
    ])
    func `H-13: trailers that frame, route or authenticate are refused`(name: String) {
        #expect(ReadBody(chunked: "0\r\n\(name): 1\r\n\r\n").ending == .malformed(.trailer))
        #expect(ReadBody(chunked: "0\r\nX: 1\r\n\(name): 1\r\n\r\n").ending == .malformed(.trailer))
    }

    @Test(arguments: ["X : 1", " X: 1", "X", ": 1", "X: \u{0}", "X: a\r\n b", "X: a\nY: b"])
    func `H-13: a malformed trailer is refused`(line: String) {
        #expect(ReadBody(chunked: "0\r\n\(line)\r\n\r\n").ending == .malformed(.trailer))
    }

    @Test func `H-13: trailers are bounded in bytes and in number`() {
        let line = "X: " + String(repeating: "x", count: 100 - 7)
        #expect(ReadBody(chunked: "0\r\n\(line)\r\n\r\n", trailerLimit: 100).ending == .end)
        #expect(ReadBody(chunked: "0\r\n\(line)xxxx\r\n\r\n", trailerLimit: 100).ending == .trailersTooLarge)
        #expect(
            ReadBody(chunked: "0\r\nX: " + String(repeating: "x", count: 200), trailerLimit: 100).ending
                == .trailersTooLarge
        )
        let many = String(repeating: "X: y\r\n", count: 100)
        #expect(ReadBody(chunked: "0\r\n\(many)\r\n").ending == .end)
        #expect(ReadBody(chunked: "0\r\n\(many)X: y\r\n\r\n").ending == .trailersTooLarge)
    }

    @Test func `H-28: a body in two pieces at any place, or byte by byte, is the same body`() {
        let bodies: [(String, BodyLength)] = [
            ("3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nX: 1\r\nY: 2\r\n\r\nnext", .streamed), ("3\r\nabcX", .streamed),
            ("5;a\nb", .streamed),
            ("0\r\nHost: a\r\n\r\n", .streamed), ("hello", .counted(5)), ("hellonext", .counted(5)), ("x", .none),
            ("abc", .untilClose),
        ]
        for (text, length) in bodies {
            let bytes = wire(text)
            let whole = ReadBody(bytes, length)
            for split in 0...bytes.count {
                #expect(ReadBody(bytes, length, pieces: [split]) == whole)
            }
            #expect(ReadBody(bytes, length, pieces: Array(repeating: 1, count: bytes.count)) == whole)
        }
    }

    @Test func `a counted body ends with its last byte, and one without a length never does`() {
        #expect(ReadBody(wire("hello!"), .counted(5)) == expected("hello", .end, rest: 1))
        #expect(ReadBody(wire("hell"), .counted(5)) == expected("hell", .needsMore, rest: 0))
        #expect(ReadBody(wire("hello"), .none) == expected("", .end, rest: 5))
        #expect(ReadBody(wire("hello"), .untilClose) == expected("hello", .needsMore, rest: 0))
    }

    @Test func `what is missing is told exactly where it is known`() {
        #expect(BodyReader(.counted(7), trailerLimit: 1).remaining == 7)
        #expect(BodyReader(.none, trailerLimit: 1).remaining == 0)
        #expect(BodyReader(.streamed, trailerLimit: 1).remaining == nil)
        #expect(BodyReader(.untilClose, trailerLimit: 1).remaining == nil)
        #expect(BodyReader(.none, trailerLimit: 1).isComplete)
        #expect(!BodyReader(.counted(1), trailerLimit: 1).isComplete)
    }

    private func expected(_ content: String, _ ending: ReadBody.Ending, rest: Int) -> ReadBody {
        var body = ReadBody([], .none)
        body.content = wire(content)
        body.ending = ending
        body.rest = rest
        return body
    }
}
