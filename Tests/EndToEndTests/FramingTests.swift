import Testing
import TestSupport

/// Two parsers must never read one message differently: lengths and codings.
@Suite(.scene())
struct FramingTests {
    @Test(arguments: lengthAndCoding)
    func `H-01: Content-Length with Transfer-Encoding is 400, closed, and the upstream saw nothing`(
        _ row: WireRow
    ) throws {
        try Scene.running().expectRefusal(row)
    }

    private static let lengthAndCoding = [
        WireRow("CL.TE", post("Content-Length: 6", "Transfer-Encoding: chunked") + "0\r\n\r\nG"),
        WireRow("TE.CL order", post("Transfer-Encoding: chunked", "Content-Length: 6") + "0\r\n\r\nG"),
        WireRow("CL 0", post("Content-Length: 0", "Transfer-Encoding: chunked") + "0\r\n\r\n"),
        WireRow(
            "body longer than CL",
            post("Transfer-Encoding: chunked", "Content-Length: 3") + "8\r\nSMUGGLED\r\n0\r\n\r\n"
        ),
        WireRow("body shorter than CL", post("Transfer-Encoding: chunked", "Content-Length: 90") + "0\r\n\r\n"),
        WireRow("CL and a coding unknown", post("Content-Length: 5", "Transfer-Encoding: x") + "hello"),
        WireRow(
            "CL and TE on a GET",
            "GET /open/MARK HTTP/1.1\r\nHOSTContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
    ]

    @Test(arguments: codings)
    func `H-03: a transfer coding other than chunked alone is 400 and closed`(_ row: WireRow) throws {
        try Scene.running().expectRefusal(row)
    }

    private static let codings =
        [
            "xchunked", "chunked, chunked", "chunked, identity", "identity, chunked", "identity", "gzip, chunked",
            "gzip",
            "chunked;q=1", "\"chunked\"", "chunked\u{0B}", "\u{0B}chunked", "chunked\u{0}", "x chunked", "chunked,", "",
            ",chunked", "chunked\u{A0}", "chu nked",
        ].map { WireRow("coding " + $0.debugDescription, post("Transfer-Encoding: " + $0) + "0\r\n\r\n") } + [
            WireRow("two lines", post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + "0\r\n\r\n"),
            WireRow(
                "two lines, one other",
                post("Transfer-Encoding: identity", "Transfer-Encoding: chunked") + "0\r\n\r\n"
            ),
            WireRow("space before the colon", post("Transfer-Encoding : chunked") + "0\r\n\r\n"),
            WireRow("tab before the colon", post("Transfer-Encoding\t: chunked") + "0\r\n\r\n"),
            WireRow("behind a bare LF", post("X: a\nTransfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n"),
            WireRow("behind a bare CR", post("X: a\rTransfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n"),
            WireRow("folded", post("Transfer-Encoding:\r\n chunked") + "0\r\n\r\n"),
            WireRow("in HTTP/1.0", "POST /open/MARK HTTP/1.0\r\nHOSTTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ]

    @Test(arguments: ["chunked", "Chunked", "CHUNKED", " \t chunked \t "])
    func `H-03: chunked in any case and between blanks is legal`(_ coding: String) throws {
        let seen = try Scene.running().seen(
            "POST /open/coding",
            ["Transfer-Encoding:\(coding)", "Connection: close"],
            body: "3\r\nabc\r\n0\r\n\r\n"
        )
        #expect(seen.body == "abc")
    }

    @Test(arguments: repeatedLengths)
    func `H-04: a repeated or listed Content-Length is 400 and closed`(_ row: WireRow) throws {
        try Scene.running().expectRefusal(row)
    }

    private static let repeatedLengths = [
        WireRow("list of equal", post("Content-Length: 5, 5") + "hello"),
        WireRow("list of different", post("Content-Length: 5, 6") + "hello"),
        WireRow("two equal lines", post("Content-Length: 5", "Content-Length: 5") + "hello"),
        WireRow("two different lines", post("Content-Length: 5", "Content-Length: 0") + "hello"),
        WireRow("two lines apart, other case", post("Content-Length: 5", "X: y", "content-LENGTH: 5") + "hello"),
        WireRow("three lines", post("Content-Length: 5", "Content-Length: 5", "Content-Length: 5") + "hello"),
    ]

    @Test(arguments: malformedLengths)
    func `H-05: a Content-Length that is not plain digits is 400 and closed`(_ row: WireRow) throws {
        try Scene.running().expectRefusal(row)
    }

    private static let malformedLengths = [
        "+5", "-0", "-5", "0x5", "5;", "5_0", "\u{D9}\u{A5}", "", "00005", "05", "5.0", "5e0", "5 5", "5,", ",5",
        "\u{0B}5",
        "5\u{0}", "1234567890123456789", "9223372036854775808", "18446744073709551621", "\u{FF}5",
    ].map { WireRow("length " + $0.debugDescription, post("Content-Length: " + $0) + "hello") }

    @Test(arguments: ["999999999999999999", "10485761"])
    func `H-05: a length over the limit is 413 and closed before a byte is forwarded`(_ length: String) throws {
        let row = WireRow("length " + length, Self.post("Content-Length: " + length) + "hello", status: 413)
        try Scene.running().expectRefusal(row)
    }

    @Test
    func `H-05: blanks around a Content-Length are legal`() throws {
        let seen = try Scene.running().seen(
            "POST /open/blanks",
            ["Content-Length: \t5\t ", "Connection: close"],
            body: "hello"
        )
        #expect(seen.body == "hello")
        #expect(seen.values("content-length") == ["5"])
    }

    private static func post(_ lines: String...) -> String {
        "POST /open/MARK HTTP/1.1\r\nHOST" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }
}
