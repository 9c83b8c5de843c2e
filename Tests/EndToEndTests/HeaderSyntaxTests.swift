import Testing
import TestSupport

/// Field lines and request lines that two parsers could read differently.
@Suite(.scene())
struct HeaderSyntaxTests {
    @Test(arguments: malformedLines)
    func `H-14: a folded, blank-led, unnamed or misnamed field line is 400 and closed`(_ row: WireRow) throws {
        try Scene.running().expectRefusal(row)
    }

    private static let malformedLines =
        [
            "X: a\r\n b", "X: a\r\n\tb", "X : a", "X\t: a", ": a", "X(: a", "X\": a", "X\u{E9}: a", "X a: b",
            "no colon", "X",
            "X@y: a", "X[y]: a", "X/y: a", "X,y: a", "X;y: a", "X=y: a", "X{y}: a", "X<y>: a", "X?y: a", "X\\y: a",
        ].map { WireRow("line " + $0.debugDescription, get($0)) } + [
            WireRow("first line begins with a space", "GET /open/MARK HTTP/1.1\r\n Host: localhost\r\n\r\n"),
            WireRow("first line begins with a tab", "GET /open/MARK HTTP/1.1\r\n\tX: y\r\nHOST\r\n"),
            WireRow("folded Host", "GET /open/MARK HTTP/1.1\r\nHost:\r\n localhost\r\n\r\n"),
        ]

    @Test(arguments: controlBytes)
    func `H-15: a control byte in a name or value, a bare CR or a bare LF is 400 and closed`(_ row: WireRow) throws {
        try Scene.running().expectRefusal(row)
    }

    private static let controlBytes =
        ((0...31).filter { ![9, 10, 13].contains($0) } + [127]).flatMap { code -> [WireRow] in
            let scalar = String(Unicode.Scalar(UInt8(code)))
            return [
                WireRow("byte \(code) in a value", get("X: a\(scalar)b")),
                WireRow("byte \(code) in a name", get("X\(scalar)y: a")),
            ]
        } + [
            WireRow("bare CR in a value", get("X: a\rb")),
            WireRow("bare CR in a name", get("X\ry: b")),
            WireRow("bare LF as line end", "GET /open/MARK HTTP/1.1\nHost: localhost\n\n"),
            WireRow("bare LF after the request line", "GET /open/MARK HTTP/1.1\nHost: localhost\r\n\r\n"),
            WireRow("bare LF after a field", "GET /open/MARK HTTP/1.1\r\nX: a\nHost: localhost\r\n\r\n"),
            WireRow("bare LF as the empty line", "GET /open/MARK HTTP/1.1\r\nHost: localhost\r\n\n"),
            WireRow("CR CR LF", "GET /open/MARK HTTP/1.1\r\nHost: localhost\r\r\n\r\n"),
            WireRow("CR CR LF as the empty line", "GET /open/MARK HTTP/1.1\r\nHost: localhost\r\n\r\r\n"),
            WireRow("bare CR as line end", "GET /open/MARK HTTP/1.1\rHost: localhost\r\r"),
        ]

    @Test
    func `H-15: bytes over 0x7f in a value reach the application unchanged`() throws {
        let value = Wire.text(UInt8(0x80)...UInt8(0xFF))
        let seen = try Scene.running().seen("GET /open/high", ["X-High: a\(value)b"])
        #expect(seen.values("x-high") == ["a\(value)b"])
    }

    @Test(arguments: requestLines)
    func
        `H-19: a request line with other blanks, another spelling of the version, or blank lines before it is 400 and closed`(
            _ row: WireRow
        ) throws
    {
        try Scene.running().expectRefusal(row)
    }

    private static let requestLines =
        [
            "GET  /open/MARK HTTP/1.1", "GET /open/MARK  HTTP/1.1", "GET\t/open/MARK HTTP/1.1",
            "GET /open/MARK\tHTTP/1.1",
            "GET /open/MARK HTTP/1.1 ", " GET /open/MARK HTTP/1.1", "GET /open/MARK http/1.1",
            "GET /open/MARK HTTP/01.1",
            "GET /open/MARK HTTP/1.1x", "GET /open/MARK HTTP/1.01", "GET /open/MARK HTTP/1", "GET /open/MARK HTTP1.1",
            "GET /open/MARK HTTP/1,1", "GET /open/MARK HTTP/+1.1", "GET /open/MARK HTTP /1.1",
            "GET /open/MARK XTTP/1.1",
            "GET /open/MARK\u{0B}HTTP/1.1", "GET /open/a b/MARK HTTP/1.1", "GET /open/MARK\u{0}x HTTP/1.1",
            "GET /open/MARK HTTP/1.1\u{0}", "/open/MARK HTTP/1.1", "GET open/MARK HTTP/1.1", "GET HTTP/1.1",
        ].map { WireRow("request line " + $0.debugDescription, $0 + "\r\nHOST\r\n") } + [
            WireRow("three blank lines before it", "\r\n\r\n\r\nGET /open/MARK HTTP/1.1\r\nHOST\r\n")
        ]

    @Test(arguments: 1...2)
    func `H-19: up to two blank lines before a request are legal`(_ count: Int) throws {
        let client = try Scene.running().sidecar.client()
        try client.send(String(repeating: "\r\n", count: count) + "GET /open/blank HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.answer().status == 200)
    }

    @Test(arguments: versions)
    func `H-20: another version is 505 and no version is 400, closed`(_ row: WireRow) throws {
        try Scene.running().expectRefusal(row)
    }

    private static let versions =
        ["HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.0", "HTTP/9.9"].map {
            WireRow($0, "GET /open/MARK \($0)\r\nHOST\r\n", status: 505)
        } + [
            WireRow("no version", "GET /open/MARK\r\n\r\n"),
            WireRow("no version, with fields", "GET /open/MARK\r\nHOST\r\n"),
            WireRow("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: 505),
        ]

    @Test(arguments: methods)
    func `H-22: a method that is no token, lower case, empty or over 32 bytes is 400 and closed`(_ row: WireRow) throws
    {
        try Scene.running().expectRefusal(row)
    }

    private static let methods = [
        "get", "Get", "GE T", "", String(repeating: "A", count: 40), String(repeating: "A", count: 33), "G@T", "GÉT",
        "G(T",
    ].map { WireRow("method " + $0.debugDescription, "\($0) /open/MARK HTTP/1.1\r\nHOST\r\n") }

    @Test(arguments: [
        "TRACE /open/MARK", "TRACK /open/MARK", "CONNECT host.test:443", "CONNECT /open/MARK", "TRACE /nowhere",
        "TRACE /closed/MARK",
    ])
    func `H-22: TRACE, TRACK and CONNECT are 405 with Allow and never forwarded`(_ request: String) throws {
        let scene = try Scene.running()
        let row = WireRow(request, "\(request) HTTP/1.1\r\nHOST\r\n", status: 405, closes: false)
        let client = try scene.sidecar.client()
        try client.send(row.bytes(mark: "traced"))
        let answer = try client.answer()
        if request.hasPrefix("CONNECT /") {
            #expect([400, 405].contains(answer.status))
            return
        }
        #expect(answer.status == 405)
        #expect(answer.code == "method_not_allowed")
        #expect(answer.fields.list("Allow", contains: "GET") && answer.fields.list("Allow", contains: "HEAD"))
        #expect(!scene.upstream.saw("traced"))
        #expect(!scene.upstream.saw("TRACE ") && !scene.upstream.saw("CONNECT "))
        if request.hasPrefix("CONNECT") { #expect(client.ending().0 != .stillOpen) }
    }

    @Test(arguments: targets)
    func `H-23: an absolute target with another host, userinfo or another scheme is 400 and closed`(
        _ row: WireRow
    ) throws {
        try Scene.running().expectRefusal(row)
    }

    private static let targets = [
        "http://evil.test/open/MARK", "http://user@localhost/open/MARK", "http://user:pw@localhost/open/MARK",
        "ftp://localhost/open/MARK", "https://localhost/open/MARK", "http:///open/MARK", "http:/open/MARK",
        "http:open/MARK",
        "//localhost/open/MARK", "javascript:MARK", "http://localhost:99999/open/MARK", "http://local host/open/MARK",
    ].map { WireRow("target " + $0, "GET \($0) HTTP/1.1\r\nHOST\r\n", closes: !$0.hasPrefix("//")) }

    @Test
    func `H-23: an absolute target for our own host is served, and Host passes`() throws {
        let seen = try Scene.running().seen("GET http://localhost/open/absolute?hush=1")
        #expect(seen.values("host") == ["localhost"])
        #expect(seen.target.hasSuffix("/open/absolute?hush=1"))
    }

    @Test(arguments: [
        "http://LOCALHOST/open/p15", "http://localhost:80/open/p15", "http://localhost./open/p15",
        "HTTP://localhost/open/p15",
    ])
    func `P-15: case, one trailing dot and the default port do not make another host`(_ target: String) throws {
        #expect(try Scene.running().sidecar.ask("GET \(target)").status == 200)
    }

    @Test(arguments: hosts)
    func `H-24: a missing, repeated or malformed Host is 400 and closed`(_ row: WireRow) throws {
        try Scene.running().expectRefusal(row)
    }

    private static let hosts =
        [
            "", "a/b", "a b", "a,b", "[::1", "::1", "a:99999", "ours#@evil", "user@a", "\u{E9}.test", "a:b", "a:80:80",
            "a?b",
            "a\\b", "a:-1", "a:+80", "[::1]x", "[zz]", "a:065536", "\"a\"", "a\tb", "a%00b",
        ].map { WireRow("host " + $0.debugDescription, "GET /open/MARK HTTP/1.1\r\nHost: \($0)\r\n\r\n") } + [
            WireRow("missing", "GET /open/MARK HTTP/1.1\r\nX: y\r\n\r\n"),
            WireRow("no fields at all", "GET /open/MARK HTTP/1.1\r\n\r\n"),
            WireRow("twice, equal", "GET /open/MARK HTTP/1.1\r\nHOSTHOST\r\n"),
            WireRow("twice, different", "GET /open/MARK HTTP/1.1\r\nHOSThost: evil.test\r\n\r\n"),
            WireRow("twice in HTTP/1.0", "GET /open/MARK HTTP/1.0\r\nHOSTHOST\r\n"),
        ]

    @Test(arguments: ["a:", "LOCALHOST", "localhost.", "127.0.0.1:80", "[::1]:80", "[::1]"])
    func `H-24: an ordinary Host passes unchanged`(_ host: String) throws {
        let client = try Scene.running().sidecar.client()
        try client.send("GET /open/host HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(try EchoUpstream.seen(client.answer()).values("host") == [host])
    }

    private static func get(_ line: String) -> String { "GET /open/MARK HTTP/1.1\r\nHOST\(line)\r\n\r\n" }
}
