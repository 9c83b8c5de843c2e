import GatehouseCore
import Testing

@testable import GatehouseEdge

/// Heads that are accepted, the limits, and heads in pieces.
@Suite struct RequestHeadTests {
    @Test func `lines keep their order, names their spelling and values lose the blanks around them`() {
        let head =
            "PATCH /a/b?c=d HTTP/1.1\r\nHost: api\r\nX-One:1\r\nx-ONE: \t two words \t\r\nEmpty:\r\nTab: a\tb\r\n\r\n"
        let parsed = ParsedRequest(head + "rest")
        #expect(parsed.outcome == .complete(head.utf8.count))
        #expect(parsed.method == "PATCH")
        #expect(parsed.target == "/a/b?c=d")
        #expect(parsed.path == "/a/b")
        #expect(
            parsed.kept == [
                .init(name: "Host", value: "api"), .init(name: "X-One", value: "1"),
                .init(name: "x-ONE", value: "two words"),
                .init(name: "Empty", value: ""), .init(name: "Tab", value: "a\tb"),
            ]
        )
        #expect(parsed.body == .none)
        #expect(parsed.keepsAlive)
    }

    @Test func `N-01: fields that belong to the connection and those it names are dropped`() {
        let parsed = ParsedRequest(
            "GET / HTTP/1.1\r\nX-Named: 1\r\nHost: a\r\nConnection: x-named, X-User-Id,, keep-alive\r\nx-user-id: me\r\n"
                + "Keep-Alive: 5\r\nProxy-Connection: close\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\nTE: trailers\r\n"
                + "Trailer: X\r\nExpect: 100-continue\r\nX-Kept: 1\r\n\r\n"
        )
        #expect(parsed.kept.map(\.name) == ["Host", "X-Kept"])
        #expect(parsed.acceptsTrailers)
        #expect(parsed.keepsAlive)
    }

    @Test func `H-32: an upgrade is not passed on and the request is served`() {
        let parsed = ParsedRequest(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: websocket, h2c\r\n\r\n"
        )
        #expect(parsed.isComplete)
        #expect(parsed.kept.map(\.name) == ["Host"])
    }

    @Test func `H-25: HTTP 1.0 does without Host, closes unless it asks, and knows no transfer coding`() {
        let plain = ParsedRequest("GET / HTTP/1.0\r\n\r\n")
        #expect(plain.isComplete && plain.isHTTP10 && !plain.keepsAlive && plain.authority.isEmpty)
        let kept = ParsedRequest("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
        #expect(kept.keepsAlive && kept.saysKeepAlive)
        let coded = ParsedRequest("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(coded.refusal == .malformed(.transferEncoding))
    }

    @Test(arguments: ["close, keep-alive", "keep-alive, close", "keep-alive\r\nConnection: close", "CLOSE,keep-alive"])
    func `H-25: close wins over whatever else is asked for`(value: String) {
        for version in ["1.0", "1.1"] {
            let parsed = ParsedRequest("GET / HTTP/\(version)\r\nHost: a\r\nConnection: \(value)\r\n\r\n")
            #expect(!parsed.keepsAlive && !parsed.saysKeepAlive)
            #expect(parsed.isComplete)
        }
    }

    @Test func `H-27: an expectation counts only where a body follows`() {
        func post(_ version: String, _ lines: String) -> ParsedRequest {
            ParsedRequest("POST / HTTP/\(version)\r\nHost: a\r\n\(lines)\r\n")
        }
        #expect(post("1.1", "Expect: 100-Continue\r\nContent-Length: 1\r\n").expectsContinue)
        #expect(post("1.1", "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n").expectsContinue)
        #expect(!post("1.1", "Expect: 100-continue\r\nContent-Length: 0\r\n").expectsContinue)
        #expect(!post("1.0", "Expect: 100-continue\r\nContent-Length: 1\r\n").expectsContinue)
        #expect(post("1.1", "Expect: x\r\nContent-Length: 1\r\n").hasUnknownExpectation)
        #expect(post("1.1", "Expect: 100-continue, x\r\nContent-Length: 1\r\n").hasUnknownExpectation)
        #expect(post("1.1", "Expect: 100-continue\r\nContent-Length: 1\r\n").dropped.contains("Expect"))
    }

    @Test func `H-28: a head in two pieces at any place is the same head`() {
        let heads = [
            "POST /a?b HTTP/1.1\r\nHost: api:80\r\nX-A: 1\r\nConnection: x-b\r\nX-B: 2\r\nContent-Length: 5\r\n\r\nhello",
            "GET http://a?x HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n",
            "GET / HTTP/2.0\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
        ]
        for head in heads.map(wire) {
            let whole = ParsedRequest(head)
            #expect(whole.outcome != .needsMore)
            for split in 0...head.count {
                #expect(ParsedRequest(head, splitAt: [split]) == whole)
            }
            #expect(ParsedRequest(head, splitAt: Array(0...head.count)) == whole)
        }
    }

    @Test func `H-28: every beginning of a good head needs more`() {
        let head = wire("PUT /a HTTP/1.1\r\nHost: a\r\nX-Long: some value\r\n\r\n")
        for count in 0..<head.count {
            #expect(ParsedRequest(Array(head.prefix(count))).outcome == .needsMore)
        }
    }

    @Test func `H-31: a head of exactly the limit is read and one byte more is refused as soon as it is seen`() {
        let limits = RequestHeadParser.Limits(headBytes: 200, fieldCount: 100)
        func head(_ count: Int) -> String {
            let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
            return start + String(repeating: "x", count: count - start.utf8.count - 4) + "\r\n\r\n"
        }
        #expect(ParsedRequest(head(200), limits: limits).outcome == .complete(200))
        #expect(ParsedRequest(head(201), limits: limits).refusal == .headTooLarge)
        let late = wire(head(300))
        #expect(ParsedRequest(Array(late.prefix(199)), limits: limits).outcome == .needsMore)
        #expect(ParsedRequest(Array(late.prefix(200)), limits: limits).refusal == .headTooLarge)
    }

    @Test func `H-31: one field too many is refused, and a line alone over the limit is the target's fault`() {
        func head(_ count: Int) -> String {
            "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: y\r\n", count: count - 1) + "\r\n"
        }
        #expect(ParsedRequest(head(100)).isComplete)
        #expect(ParsedRequest(head(101)).refusal == .tooManyFields)
        let limits = RequestHeadParser.Limits(headBytes: 64, fieldCount: 100)
        let line = "GET /" + String(repeating: "a", count: 64 - 16) + " HTTP/1.1\r\n"
        // The line fits, but no head can end within the limit any more.
        #expect(ParsedRequest(line, limits: limits).refusal == .headTooLarge)
        #expect(
            ParsedRequest("GET /" + String(repeating: "a", count: 64 - 5), limits: limits).refusal == .targetTooLong
        )
        #expect(ParsedRequest("GET /" + String(repeating: "a", count: 64 - 6), limits: limits).outcome == .needsMore)
        let whole = "GET /" + String(repeating: "a", count: 64) + " HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(ParsedRequest(whole, limits: limits).refusal == .targetTooLong)
    }

    @Test func `a head that did not arrive in time leaves as much as one that was refused`() {
        for (text, method, path) in [
            ("GET /a?b HTTP/1.1\r\nX-Request-Id: 7\r\nUser-", "GET", "/a"), ("GET /a?b HTT", "", ""),
        ] {
            let head = RequestHead()
            var parser = RequestHeadParser(limits: ParsedRequest.limits)
            let bytes = wire(text)
            guard case .needsMore = unsafe parser.parse(bytes.span.bytes, into: head) else {
                Issue.record("not in the middle of a head")
                return
            }
            unsafe parser.keepRequestLine(bytes.span.bytes, head)
            #expect(head.text(head.methodRange) == method)
            #expect(head.text(head.path) == path)
            #expect(head.fields.isEmpty && head.path.upperBound <= head.bytes.count)
        }
    }

    @Test func `a refused head leaves method and path for the record and nothing else`() {
        let head = RequestHead()
        var parser = RequestHeadParser(limits: ParsedRequest.limits)
        let bytes = wire("GET /a/b?secret HTTP/1.1\r\nX-Request-Id: 7\r\nHost: a b\r\n\r\n")
        guard case .refused = unsafe parser.parse(bytes.span.bytes, into: head) else {
            Issue.record("accepted")
            return
        }
        #expect(head.text(head.methodRange) == "GET")
        #expect(head.text(head.path) == "/a/b")
        #expect(head.fields.isEmpty)
        #expect(!head.present.contains(.xRequestID))
        #expect(head.authority.isEmpty)
    }
}
