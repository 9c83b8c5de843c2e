import Testing
import TestSupport

/// Chunked bodies: sizes, extensions, line ends and trailers.
@Suite(.scene { try Scene { $0.limits = ["request_head": "4KiB"] } })
struct ChunkedBodyTests {
    @Test(arguments: extensions)
    func `H-08: chunk extensions are dropped, and over 4 KiB of them the body is 400`(_ row: WireRow) throws {
        try Scene.running().expectBroken(row)
    }

    private static let extensions = [
        WireRow("16 KiB in one", body("5;" + String(repeating: "x", count: 16_384) + "\r\nhello\r\n0\r\n\r\n")),
        WireRow(
            "over 4 KiB in all",
            body(String(repeating: "1;" + String(repeating: "e", count: 64) + "\r\na\r\n", count: 80) + "0\r\n\r\n")
        ),
    ]

    @Test
    func `H-08: a small extension does not reach the application`() throws {
        let seen = try Scene.running().seen(
            "POST /open/ext",
            ["Transfer-Encoding: chunked", "Connection: close"],
            body: "5;ext=1\r\nhello\r\n3;a=\"b\";c\r\nyou\r\n0;last\r\n\r\n"
        )
        #expect(seen.body == "helloyou")
    }

    @Test(arguments: lineEnds)
    func `H-09: a chunk line that does not end in CR LF is 400`(_ row: WireRow) throws {
        try Scene.running().expectBroken(row)
    }

    private static let lineEnds = [
        WireRow("LF in extension", body("5;a\nb\r\nhello\r\n0\r\n\r\n")),
        WireRow("bare LF after size", body("5\nhello\r\n0\r\n\r\n")),
        WireRow("CR without LF in extension", body("5;a\rb\r\nhello\r\n0\r\n\r\n")),
        WireRow("LF in quoted extension", body("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n")),
        WireRow("CR CR LF", body("5\r\r\nhello\r\n0\r\n\r\n")),
        WireRow("NUL in extension", body("5;\u{0}\r\nhello\r\n0\r\n\r\n")),
    ]

    @Test(arguments: sizes)
    func `H-10: a chunk size that is not 1 to 8 hexadecimal digits is 400`(_ row: WireRow) throws {
        try Scene.running().expectBroken(row)
    }

    private static let sizes = [
        "", " 5", "5 ", "0x5", "+5", "-1", "5g", "FFFFFFFFFFFFFFFF", "00000000000000005", "000000005", "5_0", "\t5",
        "g",
        "\u{D9}\u{A5}", "5\u{0}", "5,5", "5 ;a",
    ].map { WireRow("size " + $0.debugDescription, body($0 + "\r\nhello\r\n0\r\n\r\n")) }

    @Test(arguments: dataEnds)
    func `H-11: chunk data that does not end in CR LF never becomes a whole body`(_ row: WireRow) throws {
        try Scene.running().expectBroken(row)
    }

    private static let dataEnds = [
        WireRow("data too long", body("5\r\nhelloXX\r\n0\r\n\r\n")),
        WireRow("data ended by LF", body("5\r\nhello\n0\r\n\r\n")),
        WireRow("data ended by CR", body("5\r\nhello\r0\r\n\r\n")),
    ]

    @Test(arguments: ["5\r\nhello\r\n0\r\n", "5\r\nhello\r\n", "5\r\nhel", "5\r\nhello\r\n0"])
    func `H-11: a chunked body cut off by the client never becomes a whole body`(_ text: String) throws {
        let scene = try Scene.running()
        let client = try scene.sidecar.client(seconds: 8)
        try client.send("POST /open/cut-off HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + text)
        client.finishSending()
        let (ending, bytes) = client.ending()
        #expect(ending != .stillOpen)
        #expect(!Wire.text(bytes).contains("200 OK"), "a cut body was answered as a whole one")
        try scene.fence()
    }

    @Test(arguments: ["00", "0;x", "0000", "0;x=\"y\""])
    func `H-11: a last chunk written with more zeros or an extension is legal`(_ last: String) throws {
        let seen = try Scene.running().seen(
            "POST /open/last",
            ["Transfer-Encoding: chunked", "Connection: close"],
            body: "2\r\nab\r\n\(last)\r\n\r\n"
        )
        #expect(seen.body == "ab")
    }

    @Test(arguments: [
        "Content-Length: 3", "Transfer-Encoding: chunked", "Host: evil", "Authorization: Basic eDp5",
        "Connection: close", "Cookie: a=b", "X-User-Id: admin",
    ])
    func `H-13: a trailer that carries framing or identity never makes a whole body`(_ trailer: String) throws {
        let scene = try Scene.running()
        let row = WireRow(trailer, Self.body("5\r\nhello\r\n0\r\n\(trailer)\r\n\r\n"))
        if trailer.hasPrefix("X-User-Id") {
            let seen = try scene.seen(
                "POST /open/t",
                ["Transfer-Encoding: chunked", "Connection: close"],
                body: "0\r\n\(trailer)\r\n\r\n"
            )
            #expect(seen.trailers.isEmpty && seen.values("x-user-id").isEmpty)
        } else {
            try scene.expectBroken(row)
        }
    }

    @Test(arguments: ["no colon", " folded: x", "a b: c", "x: \u{0}", "x: a\nb: c", ": empty", "x : y"])
    func `H-13: a malformed trailer never makes a whole body`(_ trailer: String) throws {
        try Scene.running().expectBroken(WireRow(trailer, Self.body("5\r\nhello\r\n0\r\n\(trailer)\r\n\r\n")))
    }

    @Test
    func `H-13: other trailers are dropped, and too many bytes of them are refused`() throws {
        let scene = try Scene.running()
        let fields = ["Transfer-Encoding: chunked", "Connection: close"]
        let seen = try scene.seen("POST /open/trailers", fields, body: "1\r\na\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n")
        #expect(seen.trailers.isEmpty)
        #expect(!seen.names.contains("x-sum"))
        let long = "X: " + String(repeating: "t", count: 5000)
        try scene.expectBroken(WireRow("long trailer", Self.body("1\r\na\r\n0\r\n\(long)\r\n\r\n")))
    }

    private static func body(_ chunks: String) -> String {
        "POST /open/MARK HTTP/1.1\r\nHOSTTransfer-Encoding: chunked\r\n\r\n" + chunks
    }
}

extension Scene {
    /// Sends a row whose head is sound and whose body breaks: the answer is 400 or the connection breaks, nothing that
    /// follows is served, and the application never gets a whole body.
    func expectBroken(_ row: WireRow, location: SourceLocation = #_sourceLocation) throws {
        let mark = "b" + String(UInt64.random(in: .min ... .max), radix: 36)
        let client = try sidecar.client(seconds: 8)
        let second = "GET /open/second-\(mark) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        client.sendAsFarAsTaken(row.bytes(mark: mark) + Wire.bytes(second))
        let (ending, bytes) = client.ending()
        let text = Wire.text(bytes)
        let sent = Comment(rawValue: "\(Wire.printable(row.bytes(mark: mark), limit: 200)) -> \(Wire.printable(bytes))")
        #expect(ending != .stillOpen, sent, sourceLocation: location)
        #expect(
            text.isEmpty || text.hasPrefix("HTTP/1.1 400 ") || text.hasPrefix("HTTP/1.1 431 "),
            sent,
            sourceLocation: location
        )
        #expect(!text.contains("HTTP/1.1 200"), sent, sourceLocation: location)
        try fence()
        #expect(!upstream.saw("second-" + mark), sent, sourceLocation: location)
    }
}
