import GatehouseCore
import NIOCore
import Testing

@testable import GatehouseEdge

/// What goes to the client, to the byte.
@Suite struct AnswerWriterTests {
    private static let date = wire("Sun, 06 Nov 1994 08:49:37 GMT")
    private static let dateLine = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

    /// Writes the head of an answer that came as text.
    private func written(
        _ text: String,
        method: Method = .get,
        isHTTP10: Bool = false,
        closes: Bool = false,
        saysKeepAlive: Bool = false,
        chunks: [String] = [],
        trailers: FieldSection? = nil
    ) -> (text: String, closes: Bool) {
        let head = ResponseHead()
        var parser = ResponseHeadParser()
        let bytes = wire(text)
        _ = unsafe parser.parse(bytes.span.bytes, method: method, into: head)
        var lines = FieldLines()
        lines.append(.xRequestID, "7" as String)
        var writer = HTTP1AnswerWriter()
        writer.start(isHTTP10: isHTTP10, isHead: method == .head)
        var output = ByteBuffer()
        let hasToClose = writer.write(
            head,
            adding: lines,
            closes: closes,
            saysKeepAlive: saysKeepAlive,
            date: Self.date,
            to: &output
        )
        for chunk in chunks { writer.writeSmall(ByteBuffer(string: chunk), to: &output) }
        writer.trailers = trailers
        writer.writeEnd(to: &output)
        return (wireText(output.readableBytesView), hasToClose)
    }

    @Test func `the reason, the fields and the length go on, ours and the date are added`() {
        let answer = self.written(
            "HTTP/1.0 299 So So\r\nX: 1\r\nContent-Length: 3\r\nConnection: close\r\n\r\n",
            chunks: ["abc"]
        )
        #expect(
            answer.text == "HTTP/1.1 299 So So\r\nX: 1\r\nContent-Length: 3\r\nX-Request-Id: 7\r\n" + Self.dateLine
                + "\r\nabc"
        )
        #expect(!answer.closes)
    }

    @Test func `a date of the app stays the only one`() {
        let answer = self.written("HTTP/1.1 200\r\nDate: x\r\nContent-Length: 0\r\n\r\n")
        #expect(answer.text == "HTTP/1.1 200 \r\nDate: x\r\nContent-Length: 0\r\nX-Request-Id: 7\r\n\r\n")
    }

    @Test func `content of unknown length is chunked, and no piece of it ends it by being empty`() {
        let answer = self.written("HTTP/1.1 200 OK\r\n\r\n", chunks: ["abc", "", "0123456789abcdef"])
        let body = "3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n"
        #expect(answer.text.hasSuffix("Transfer-Encoding: chunked\r\nX-Request-Id: 7\r\n\(Self.dateLine)\r\n" + body))
        #expect(!answer.text.contains("Content-Length"))
    }

    @Test func `H-25: HTTP 1.0 is never answered in chunks`() {
        for head in ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"] {
            let answer = self.written(head, isHTTP10: true, saysKeepAlive: true, chunks: ["abc"])
            #expect(answer.closes)
            #expect(answer.text.hasSuffix("Connection: close\r\n\r\nabc"))
            #expect(!answer.text.contains("chunked"))
        }
        let counted = self.written(
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
            isHTTP10: true,
            saysKeepAlive: true,
            chunks: ["abc"]
        )
        #expect(counted.text.hasSuffix("Connection: keep-alive\r\n\r\nabc"))
        #expect(!counted.closes)
    }

    @Test(arguments: [
        (204, "Content-Length: 5\r\n", ""), (304, "Content-Length: 5\r\n", "Content-Length: 5\r\n"), (304, "", ""),
        (205, "Content-Length: 5\r\n", "Content-Length: 0\r\n"),
        (200, "Content-Length: 0\r\n", "Content-Length: 0\r\n"),
        (205, "Transfer-Encoding: chunked\r\n", "Content-Length: 0\r\n"), (304, "Transfer-Encoding: chunked\r\n", ""),
    ])
    func `H-43: an answer without a body announces none`(_ row: (status: Int, lines: String, written: String)) {
        let answer = self.written("HTTP/1.1 \(row.status) X\r\n\(row.lines)\r\n")
        #expect(answer.text == "HTTP/1.1 \(row.status) X\r\n\(row.written)X-Request-Id: 7\r\n\(Self.dateLine)\r\n")
    }

    @Test func `an answer to HEAD announces what the app announced and has no body`() {
        #expect(
            self.written("HTTP/1.1 200 X\r\nContent-Length: 5\r\n\r\n", method: .head).text.contains(
                "Content-Length: 5\r\n"
            )
        )
        for lines in ["Transfer-Encoding: chunked\r\n", ""] {
            let answer = self.written("HTTP/1.1 200 X\r\n\(lines)\r\n", method: .head)
            #expect(answer.text == "HTTP/1.1 200 X\r\nX-Request-Id: 7\r\n\(Self.dateLine)\r\n")
        }
    }

    @Test func `trailers stand behind the last chunk`() {
        var section = FieldSection()
        section.bytes = wire("X-A: 1\r\nX-B: 2\r\n\r\n")
        var parser = FieldSectionParser()
        while case .field(let field) = unsafe parser.next(section.bytes.span.bytes) { section.fields.append(field) }
        let answer = self.written("HTTP/1.1 200 OK\r\n\r\n", chunks: ["a"], trailers: section)
        #expect(answer.text.hasSuffix("\r\n1\r\na\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n"))
        let counted = self.written("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", chunks: ["a"], trailers: section)
        #expect(counted.text.hasSuffix("\r\n\r\na"))
    }

    @Test func `an answer of our own is whole, and HEAD gets its head alone`() {
        var lines = FieldLines()
        lines.append(.contentType, "text/plain" as String)
        let local = LocalAnswer(status: 404, content: wire("gone"))
        for isHead in [false, true] {
            var writer = HTTP1AnswerWriter()
            writer.start(isHTTP10: false, isHead: isHead)
            var output = ByteBuffer()
            writer.write(local, lines: lines, closes: true, saysKeepAlive: true, date: Self.date, to: &output)
            let head =
                "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nContent-Type: text/plain\r\n\(Self.dateLine)Connection: close\r\n\r\n"
            #expect(wireText(output.readableBytesView) == head + (isHead ? "" : "gone"))
        }
    }

    @Test func `every status that the gate answers with has its phrase`() {
        for status in [200, 204, 308, 400, 401, 403, 404, 405, 408, 413, 414, 417, 431, 500, 502, 503, 504, 505] {
            #expect(ReasonPhrase.of(status).utf8CodeUnitCount > 0)
        }
        #expect(ReasonPhrase.of(299).utf8CodeUnitCount == 0)
    }
}
