import GatehouseCore
import Testing

@testable import GatehouseEdge

/// What goes to the app, to the byte.
@Suite struct RequestWriterTests {
    /// The head that the app receives, without the lines that differ from run to run.
    private func head(_ request: String) throws -> [String] {
        let app = try AppDouble()
        _ = app.request(request)
        let lines = try app.last.received().unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).replacing("\r", with: "") }
        return lines.filter { !$0.hasPrefix("X-Request-Id: ") && !$0.hasPrefix("traceparent: ") }
    }

    private static let added = ["X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: http"]

    @Test func `the head is written from its parts, what was dropped stays behind and ours is added`() throws {
        let head = try self.head(
            "GET /open/a?b=c HTTP/1.1\r\nHost: API:80\r\nConnection: x-y\r\nX-Y: 1\r\nX-Forwarded-For: 6.6.6.6\r\nA_b: 1\r\n"
                + "Accept:  */* \r\nKeep-Alive: 1\r\n\r\n"
        )
        #expect(
            head == ["GET /open/a?b=c HTTP/1.1", "Host: API:80", "Accept:  */* "] + Self.added + [
                "X-Forwarded-Host: API:80", "", "",
            ]
        )
    }

    @Test func `H-23: an absolute target is written as a path with the host that was sent`() throws {
        let head = try self.head("GET http://a:80/open/a HTTP/1.1\r\nHost: A\r\n\r\n")
        #expect(head.prefix(2) == ["GET /open/a HTTP/1.1", "Host: A"])
        let old = try self.head("GET http://b/open/a HTTP/1.0\r\n\r\n")
        #expect(old.prefix(2) == ["GET /open/a HTTP/1.1", "Host: b"])
    }

    @Test func `H-25: a request without a host gets the app's own`() throws {
        let head = try self.head("GET /open/a HTTP/1.0\r\n\r\n")
        #expect(head == ["GET /open/a HTTP/1.1", "Host: app.example.com"] + Self.added + ["", ""])
    }

    @Test(arguments: [
        ("POST", "", ["Content-Length: 0"]), ("PUT", "Content-Length: 0\r\n", ["Content-Length: 0"]),
        ("GET", "Content-Length: 0\r\n", []), ("DELETE", "", []),
        ("POST", "Content-Length: 7\r\n", ["Content-Length: 7"]),
        ("POST", "transfer-encoding: CHUNKED\r\n", ["Transfer-Encoding: chunked"]),
        ("GET", "Transfer-Encoding: chunked\r\n", ["Transfer-Encoding: chunked"]), ("BREW", "", []),
    ])
    func `H-01: there is one framing, and it is ours`(_ row: (method: String, lines: String, framing: [String])) throws
    {
        let head = try self.head("\(row.method) /open/a HTTP/1.1\r\nHost: a\r\n\(row.lines)\r\n")
        let framing = head.filter {
            $0.lowercased().hasPrefix("content-length") || $0.lowercased().hasPrefix("transfer-encoding")
        }
        #expect(framing == row.framing)
    }

    @Test func `H-27: an expectation is not forwarded, and TE only for trailers`() throws {
        let head = try self.head(
            "POST /open/a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTE: gzip, trailers;q=0.5\r\nContent-Length: 1\r\n\r\n"
        )
        #expect(!head.contains { $0.hasPrefix("Expect") })
        #expect(head.filter { $0.hasPrefix("TE") || $0.hasPrefix("Connection") } == ["TE: trailers", "Connection: TE"])
    }
}
