import GatehouseCore
import Testing

@testable import GatehouseEdge

/// What an app may answer, and what it may not.
@Suite struct ResponseHeadTests {
    private static func answer(_ lines: String...) -> String {
        "HTTP/1.1 200 OK\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    @Test(arguments: [
        "HTTP/2 200\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.2 200 OK\r\n\r\n", "HTTP/1.1 99 X\r\n\r\n",
        "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1 1000 X\r\n\r\n", "HTTP/1.1 20x X\r\n\r\n", "HTTP/1.1 abc X\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1\t200 OK\r\n\r\n", "HTTP/1.1 +20 OK\r\n\r\n", "HTTP/1.1 2 0 OK\r\n\r\n",
        "HTTP/1.1 200OK\r\n\r\n", "HTTP/1.1 200\tOK\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 O\u{0}K\r\n\r\n", "HTTP/1.1 200 OK\r\r\n\r\n", "HTTP/1.1 200 O\rK\r\n\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "ICY 200 OK\r\n\r\n", "<html>", "\u{0}\u{0}\u{0}", "HTTP/1.1200 OK\r\n\r\n", "HTTP/1.1 200\n\r\n",
    ])
    func `H-40: a status line of any other form is malformed`(head: String) {
        #expect(ParsedResponse(head).outcome == .malformed)
    }

    @Test(arguments: [
        answer("Content-Length: 5", "Content-Length: 5"), answer("Content-Length: 5", "Content-Length: 6"),
        answer("Content-Length: 5, 5"), answer("Content-Length: +5"), answer("Content-Length: 05"),
        answer("Content-Length: "), answer("Content-Length: 5", "Transfer-Encoding: chunked"),
        answer("Transfer-Encoding: chunked", "Content-Length: 5"), answer("Transfer-Encoding: gzip"),
        answer("Transfer-Encoding: gzip, chunked"), answer("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        answer("Transfer-Encoding: identity"), answer("X: a\u{1}b"), answer("X: a\u{0}"), answer("X: b", " folded"),
        answer("X : b"), answer("no colon"), answer(": empty"), answer("X: a\nY: b"), answer("X: a\rY: b"),
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\n\r\n",
    ])
    func `H-40: fields that could be read in two ways are malformed`(head: String) {
        #expect(ParsedResponse(head).outcome == .malformed)
        #expect(ParsedResponse(head, method: .head).outcome == .malformed)
    }

    @Test func `H-40: an empty reason phrase is legal, with and without its space`() {
        #expect(ParsedResponse("HTTP/1.1 200 \r\n\r\n").outcome == .complete(17))
        #expect(ParsedResponse("HTTP/1.1 200\r\n\r\n").outcome == .complete(16))
        #expect(ParsedResponse("HTTP/1.1 404 Not \u{E4}\tFound\r\n\r\n").reason == "Not \u{E4}\tFound")
    }

    @Test func `H-40: a head has at most 64 KiB and 256 fields`() {
        func head(_ count: Int) -> String {
            let start = "HTTP/1.1 200 OK\r\nX: "
            return start + String(repeating: "x", count: count - start.utf8.count - 4) + "\r\n\r\n"
        }
        #expect(ParsedResponse(head(65_536)).outcome == .complete(65_536))
        #expect(ParsedResponse(head(65_537)).outcome == .malformed)
        #expect(
            ParsedResponse(String(repeating: "HTTP/1.1 200 ", count: 1) + String(repeating: "x", count: 70_000)).outcome
                == .malformed
        )
        let field = "X: y\r\n"
        let most = "HTTP/1.1 200 OK\r\n" + String(repeating: field, count: 256)
        #expect(ParsedResponse(most + "\r\n").kept.count == 256)
        #expect(ParsedResponse(most + field + "\r\n").outcome == .malformed)
    }

    @Test func `H-43: answers without a body have none whatever they claim`() {
        let lengths = ["Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", ""]
        for lines in lengths {
            for status in [100, 103, 204, 205, 304] {
                #expect(ParsedResponse("HTTP/1.1 \(status) X\r\n\(lines)\r\n").body == .none)
            }
            #expect(ParsedResponse("HTTP/1.1 200 X\r\n\(lines)\r\n", method: .head).body == .none)
        }
        #expect(ParsedResponse("HTTP/1.1 200 X\r\nContent-Length: 5\r\n\r\n", method: .head).announcedLength == 5)
        #expect(ParsedResponse("HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n").announcedLength == 5)
        #expect(ParsedResponse("HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n").announcedLength == nil)
        #expect(ParsedResponse("HTTP/1.1 205 X\r\nContent-Length: 5\r\n\r\n").announcedLength == nil)
    }

    @Test func `a body is framed by length, by chunks or by the end of the connection`() {
        #expect(ParsedResponse(Self.answer("Content-Length: 5")).body == .counted(5))
        #expect(ParsedResponse(Self.answer("Content-Length: 0")).body == .none)
        #expect(ParsedResponse(Self.answer("Transfer-Encoding:\t Chunked ")).body == .streamed)
        #expect(ParsedResponse(Self.answer()).body == .untilClose)
        #expect(ParsedResponse(Self.answer("Content-Length: 5"), method: .post).body == .counted(5))
    }

    @Test func `a connection is kept unless either end says that it closes`() {
        #expect(ParsedResponse(Self.answer("Content-Length: 1")).keepsAlive)
        #expect(!ParsedResponse(Self.answer("Content-Length: 1", "Connection: Close")).keepsAlive)
        let old = "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n"
        #expect(!ParsedResponse(old + "\r\n").keepsAlive)
        #expect(ParsedResponse(old + "Connection: keep-alive\r\n\r\n").keepsAlive)
        #expect(!ParsedResponse(old + "Connection: close, keep-alive\r\n\r\n").keepsAlive)
        #expect(!ParsedResponse(old + "Connection: keep-alive\r\nConnection: close\r\n\r\n").keepsAlive)
    }

    @Test func `N-01: what belongs to the connection stays behind, and framing cannot be named away`() {
        let parsed = ParsedResponse(
            Self.answer(
                "Content-Security-Policy: none",
                "Connection: content-security-policy, X-Hop, Content-Length",
                "X-Hop: 1",
                "Keep-Alive: 1",
                "Upgrade: h2c",
                "Content-Length: 5",
                "X-Kept: 1"
            )
        )
        #expect(parsed.kept.map(\.name) == ["X-Kept"])
        #expect(parsed.body == .counted(5))
    }

    @Test func `H-28: an answer's head in two pieces at any place is the same head`() {
        let heads = [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: x\r\nX: y\r\n\r\nhello", "HTTP/1.1 204\r\n\r\n",
            "HTTP/1.0 200 Fine\r\n\r\n", "HTTP/1.1 200 OK\r\nX : 1\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", "HTTP/1.1 200 OK\r\r\n\r\n",
        ]
        for head in heads.map(wire) {
            let whole = ParsedResponse(head)
            #expect(whole.outcome != .needsMore)
            for split in 0...head.count {
                #expect(ParsedResponse(head, splitAt: [split]) == whole)
            }
            #expect(ParsedResponse(head, splitAt: Array(0...head.count)) == whole)
        }
    }
}
