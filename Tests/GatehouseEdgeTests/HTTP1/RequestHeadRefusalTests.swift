import GatehouseCore
import Testing

@testable import GatehouseEdge

/// Heads that two parsers could read differently are refused, and for the reason that is theirs.
@Suite struct RequestHeadRefusalTests {
    private static func post(_ lines: String...) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    private static func get(_ lines: String...) -> String {
        "GET / HTTP/1.1\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    @Test(arguments: [
        post("Content-Length: 6", "Transfer-Encoding: chunked"),
        post("Transfer-Encoding: chunked", "Content-Length: 6"),
        post("Transfer-Encoding: chunked", "Content-Length: 0"),
        post("content-length: 0", "TRANSFER-ENCODING: CHUNKED"),
    ])
    func `H-01: a length beside a transfer coding is refused`(head: String) {
        #expect(ParsedRequest(head).refusal == .malformed(.transferEncoding))
    }

    @Test(arguments: [
        "xchunked", "chunked, chunked", "chunked, identity", "identity", "gzip, chunked", "chunked;q=1", "\"chunked\"",
        "", ",", "chunked,", ",chunked", "chunked chunked", "chunked\u{A0}", "chu\tnked", "deflate",
    ])
    func `H-03: a transfer coding other than chunked alone is refused`(coding: String) {
        #expect(ParsedRequest(Self.post("Transfer-Encoding: \(coding)")).refusal == .malformed(.transferEncoding))
    }

    @Test func `H-03: two lines, blanks before the colon and control bytes are refused`() {
        let line = "Transfer-Encoding: chunked"
        #expect(ParsedRequest(Self.post(line, line)).refusal == .malformed(.transferEncoding))
        #expect(ParsedRequest(Self.post("Transfer-Encoding : chunked")).refusal == .malformed(.fieldName))
        #expect(ParsedRequest(Self.post("Transfer-Encoding\t: chunked")).refusal == .malformed(.fieldName))
        #expect(ParsedRequest(Self.post(line + "\u{0B}")).refusal == .malformed(.fieldValue))
        #expect(ParsedRequest(Self.post("X: a\n" + line)).refusal == .malformed(.lineEnding))
    }

    @Test(arguments: ["chunked", "Chunked", "CHUNKED", " \t chunked\t "])
    func `H-03: chunked in any case and between blanks frames the body`(coding: String) {
        let parsed = ParsedRequest(Self.post("Transfer-Encoding:\(coding)"))
        #expect(parsed.body == .streamed)
        #expect(parsed.dropped == ["Transfer-Encoding"])
    }

    @Test(arguments: [
        post("Content-Length: 5", "Content-Length: 5"), post("Content-Length: 5", "Content-Length: 6"),
        post("Content-Length: 5, 5"), post("Content-Length: 5 5"),
    ])
    func `H-04: a length that stands twice is refused`(head: String) {
        #expect(ParsedRequest(head).refusal == .malformed(.contentLength))
    }

    @Test(arguments: [
        "+5", "-5", "-0", "0x5", "5;", "5_0", "\u{D9}\u{A5}", "", " ", "00005", "00", "9223372036854775808",
        "18446744073709551621", "1000000000000000000", "5.0", "1e2", "5,", "\u{B2}", "five",
    ])
    func `H-05: a length is 1 to 18 digits without a leading zero`(length: String) {
        #expect(ParsedRequest(Self.post("Content-Length: \(length)")).refusal == .malformed(.contentLength))
    }

    @Test func `H-05: blanks around a length and the longest one are read`() {
        #expect(ParsedRequest(Self.post("Content-Length: \t 5 \t")).body == .counted(5))
        #expect(ParsedRequest(Self.post("Content-Length:5")).body == .counted(5))
        #expect(ParsedRequest(Self.post("Content-Length: 0")).body == .none)
        let most = ParsedRequest(Self.post("Content-Length: 999999999999999999"))
        #expect(most.body == .counted(999_999_999_999_999_999))
    }

    @Test(arguments: [
        get("Host: a", " folded: b"), get("Host: a", "X: b", " more"), get("Host: a", "X: b", "\tmore"),
        get(" Host: a"), get("Host : a"), get("Host: a", ": empty"), get("Host: a", "na(me: b"),
        get("Host: a", "na\"me: b"), get("Host: a", "n\u{E4}me: b"), get("Host: a", "name"), get("Host: a", "na me: b"),
        get("Host: a", "na@me: b"), get("Host: a", "na/me: b"), get("Host: a", "[name]: b"),
        get("Host: a", "na\u{0}me: b"),
        get("Host: a", "na\u{7F}me: b"),
    ])
    func `H-14: a malformed name, a folded line and a line without a colon are refused`(head: String) {
        let refusal = ParsedRequest(head).refusal
        #expect(refusal == .malformed(.fieldName) || refusal == .malformed(.lineEnding))
    }

    @Test func `H-15: control bytes but tab are refused anywhere in a value`() {
        for byte in (0...0x1F).map(UInt8.init) + [0x7F] where byte != 0x09 {
            for value in ["\u{1}b", "a\u{1}b", "a\u{1}", "a long value that fills a whole word\u{1}"] {
                let head = wire(Self.get("Host: a", "X: \(value)")).map { $0 == 1 ? byte : $0 }
                let refusal = ParsedRequest(head).refusal
                #expect(refusal == .malformed(.fieldValue) || refusal == .malformed(.lineEnding), "byte \(byte)")
            }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n",
        "GET / HTTP/1.1\rHost: a\r\n\r\n", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\rX",
        "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX\n\r\n",
    ])
    func `H-15: a bare CR or LF is refused as a line ending`(head: String) {
        let refusal = ParsedRequest(head).refusal
        #expect(refusal == .malformed(.lineEnding) || refusal == .malformed(.requestLine))
    }

    @Test func `H-15: bytes from 0x80 on pass in a value as they are`() {
        let value = wireText((0x80...0xFF).map(UInt8.init))
        #expect(ParsedRequest(Self.get("Host: a", "X: \(value)")).values("X") == [value])
    }

    @Test(arguments: [
        "GET  / HTTP/1.1", "GET\t/ HTTP/1.1", "GET /  HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET / http/1.1",
        "GET / HTTP/01.1", "GET / HTTP/1.1x", "GET / HTTP/1", "GET / HTTP/1.", "GET / HTTP/11", "GET / HTTPS/1.1",
        "GET / HTTP/ 1.1", "GET / HTTP/1,1", "GET / HTTP/+.1", "GET /", "GET", "/", "", "GET / / HTTP/1.1",
        "GET /a b HTTP/1.1", "\u{FEFF}GET / HTTP/1.1",
    ])
    func `H-19: a request line of any other form is refused`(line: String) throws {
        guard case .malformed? = ParsedRequest("\(line)\r\nHost: a\r\n\r\n").refusal else {
            Issue.record("\(line.debugDescription) is accepted")
            return
        }
    }

    @Test(arguments: ["HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.0", "HTTP/9.9", "HTTP/0.0"])
    func `H-20: another version that is well-formed is not supported`(version: String) {
        #expect(ParsedRequest("GET / \(version)\r\nHost: a\r\n\r\n").refusal == .versionNotSupported)
    }

    @Test func `H-20: the preface of HTTP 2 is another version, and a line without one is malformed`() {
        #expect(ParsedRequest("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").refusal == .versionNotSupported)
        #expect(ParsedRequest("GET /\r\n").refusal == .malformed(.requestLine))
    }

    @Test(arguments: [
        "get / HTTP/1.1", "Get / HTTP/1.1", "GEt / HTTP/1.1", "G@T / HTTP/1.1", "G\u{0}T / HTTP/1.1",
        "(GET) / HTTP/1.1",
        " / HTTP/1.1", "G\u{C9}T / HTTP/1.1", "\"GET\" / HTTP/1.1",
    ])
    func `H-22: a method that is no token in capitals is refused`(line: String) {
        #expect(ParsedRequest("\(line)\r\nHost: a\r\n\r\n").refusal == .malformed(.method))
    }

    @Test func `H-22: a method has at most 32 bytes, and the longer one is refused before its end`() {
        let most = String(repeating: "M", count: 32)
        #expect(ParsedRequest("\(most) / HTTP/1.1\r\nHost: a\r\n\r\n").method == most)
        #expect(ParsedRequest(most).outcome == .needsMore)
        #expect(ParsedRequest(most + "M").refusal == .malformed(.method))
    }

    @Test(arguments: [
        "Connection: Host", "Connection: close, content-length", "Connection: Transfer-Encoding",
        "Connection: authorization", "Connection: X, Cookie",
    ])
    func `N-01: Connection cannot name away framing, host or credentials`(line: String) {
        #expect(ParsedRequest(Self.get("Host: a", line)).refusal == .malformed(.connection))
    }
}
