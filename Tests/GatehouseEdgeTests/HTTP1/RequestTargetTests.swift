import GatehouseCore
import Testing

@testable import GatehouseEdge

/// The forms of a request's target and the host that it is for.
@Suite struct RequestTargetTests {
    @Test(arguments: [
        "#", "\"", "<", ">", "\\", "^", "`", "{", "|", "}", "\u{7F}", "\u{80}", "\u{E4}", "\u{FF}", "\u{0}", "\u{1}",
        "\t",
    ])
    func `P-10: a byte that may not stand in a target is refused`(byte: String) {
        #expect(ParsedRequest("GET /a\(byte)b HTTP/1.1\r\nHost: a\r\n\r\n").refusal == .malformed(.target))
    }

    @Test func `H-23: the authority of an absolute target must be that of Host`() {
        let refused = [
            ("http://other/", "api.example.com"), ("http://api.example.com:81/", "api.example.com"),
            ("http://user@api.example.com/", "api.example.com"), ("ftp://api.example.com/", "api.example.com"),
            ("https://api.example.com/", "api.example.com"), ("http://", "api.example.com"),
            ("http:///", "api.example.com"),
            ("http:/api.example.com/", "api.example.com"), ("*", "api.example.com"),
            ("api.example.com:80", "api.example.com"),
            ("http://[::1/", "[::1]"), ("http://a:b/", "a"), ("//api.example.com", "x y"),
        ]
        for (target, host) in refused {
            let refusal = ParsedRequest("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n").refusal
            #expect(refusal == .malformed(.target) || refusal == .malformed(.host), "\(target)")
        }
    }

    @Test func `H-23: an absolute target for the host itself is served by its path`() {
        let rows = [
            ("http://API.example.com/x?y=1", "/x?y=1", "/x"), ("HTTP://api.example.com:80/", "/", "/"),
            ("http://api.example.com", "/", "/"), ("http://api.example.com?q=/../", "/?q=/../", "/"),
        ]
        for (target, forwarded, path) in rows {
            let parsed = ParsedRequest("GET \(target) HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
            #expect(parsed.target == forwarded)
            #expect(parsed.path == path)
            #expect(parsed.isComplete)
        }
        let secure = ParsedRequest("GET https://a:443/ HTTP/1.1\r\nHost: a\r\n\r\n", isSecure: true)
        #expect(secure.isComplete)
        #expect(
            ParsedRequest("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", isSecure: true).refusal == .malformed(.target)
        )
    }

    @Test(arguments: ["", "?", "body", "/admin", "GET /next HTTP/1.1\r\nHost: a\r\n\r\n", "?x/../../y"])
    func `H-23: the path of a target without one does not depend on what follows the head`(rest: String) {
        let head = "GET http://a?q=1/2 HTTP/1.1\r\nHost: a\r\n\r\n"
        let parsed = ParsedRequest(head + rest)
        #expect(parsed.outcome == .complete(head.utf8.count))
        #expect(parsed.path == "/")
        #expect(parsed.target == "/?q=1/2")
    }

    @Test(arguments: [
        "", " ", "a/b", "a b", "a,b", "[::1", "[]", "a:99999", "a:0", "a:080", "a:+1", "a:1:2", "ours#@evil", "u@a",
        "\u{E4}",
        ":80", "a?b", "[::1]x", "[g::1]", "http://a", "a%41", "a:b", String(repeating: "a", count: 263),
    ])
    func `H-24: a Host that is no host with a port is refused`(host: String) {
        #expect(ParsedRequest("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").refusal == .malformed(.host))
    }

    @Test func `H-24: Host must stand exactly once`() {
        #expect(ParsedRequest("GET / HTTP/1.1\r\n\r\n").refusal == .malformed(.host))
        #expect(ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n").refusal == .malformed(.host))
        #expect(ParsedRequest("GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n").refusal == .malformed(.host))
    }

    @Test(arguments: ["a", "a:", "a:1", "a:65535", "A-b_c.d", "127.0.0.1:8080", "[::1]", "[::1]:443", "a."])
    func `H-24: hosts with and without a port are read`(host: String) {
        #expect(ParsedRequest("GET / HTTP/1.1\r\nHost:\t\(host) \r\n\r\n").authority == host)
    }

    @Test func `H-22: CONNECT takes host and port, or a path that is refused later`() {
        #expect(ParsedRequest("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n").isComplete)
        #expect(ParsedRequest("CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n").isComplete)
        for target in ["a", "a:", "http://a/", "*"] {
            #expect(ParsedRequest("CONNECT \(target) HTTP/1.1\r\nHost: a\r\n\r\n").refusal == .malformed(.target))
        }
    }

    @Test func `H-24: Origin must not stand twice`() {
        let head = "GET / HTTP/1.1\r\nHost: a\r\nOrigin: https://a\r\nOrigin: https://b\r\n\r\n"
        #expect(ParsedRequest(head).refusal == .malformed(.origin))
    }
}
