import Testing
import TestSupport

/// Bodies are consumed by their framing, or the connection ends; nothing in a body is ever read as a request.
@Suite(.scene { try Scene({ $0.limits = ["request_head": "4KiB"] }, script: Application.script) })
struct BodyDisciplineTests {
    @Test(arguments: [
        ("GET /open/a", 200), ("HEAD /open/a", 200), ("OPTIONS /open/a", 200), ("GET /nowhere", 404),
        ("GET /closed/a", 401),
        ("POST /closed/a", 401), ("TRACE /open/a", 405), ("DELETE /open/a", 200), ("GET /open/no-content", 204),
    ])
    func `H-06: a body on any request is consumed by its framing and never parsed as a request`(
        _ request: String,
        _ status: Int
    ) throws {
        for isChunked in [false, true] {
            let scene = try Scene.running()
            let mark = "s" + String(UInt64.random(in: .min ... .max), radix: 36)
            let hidden = "GET /open/\(mark) HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let size = String(hidden.utf8.count, radix: isChunked ? 16 : 10)
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(size)"
            let body = isChunked ? "\(size)\r\n\(hidden)\r\n0\r\n\r\n" : hidden
            let client = try scene.sidecar.client()
            let method = String(request.prefix { $0 != " " })
            client.sendAsFarAsTaken(
                Wire.bytes(
                    "\(request) HTTP/1.1\r\nHost: localhost\r\n\(framing)\r\n\r\n\(body)GET /open/next HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                )
            )
            let answer = try client.answer(to: method)
            #expect(answer.status == status)
            if !answer.closes {
                #expect(try EchoUpstream.seen(client.answer()).target == "/open/next")
            }
            #expect(client.ending() == (.closed, []) || client.ending().0 == .reset)
            #expect(!scene.upstream.targets.contains("/open/\(mark)"))
            #expect(scene.sidecar.records.allSatisfy { $0["path"]?.string != "/open/\(mark)" })
        }
    }

    @Test(arguments: [500, 1_000_000])
    func `H-07: a refusal before the body came drains a small rest and closes on a large one`(_ length: Int) throws {
        let scene = try Scene.running()
        let client = try scene.sidecar.client()
        try client.send("POST /closed/early HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(length)\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 401)
        let hidden = "GET /open/hidden-in-rest HTTP/1.1\r\nHost: localhost\r\n\r\n"
        let rest = hidden + String(repeating: "x", count: length - hidden.utf8.count)
        client.sendAsFarAsTaken(
            Wire.bytes(rest + "GET /open/next HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        )
        if answer.closes || length > 65_536 {
            #expect(answer.closes)
            #expect(client.ending(within: 8).0 != .stillOpen)
        } else {
            #expect(try EchoUpstream.seen(client.answer()).target == "/open/next")
        }
        #expect(!scene.upstream.saw("hidden-in-rest"))
    }

    @Test
    func `H-27: Expect with an admitted request is answered 100 once, and the application never sees it`() throws {
        let client = try Scene.running().sidecar.client()
        try client.send("POST /open/e HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        #expect(try client.nextHead().status == 100)
        try client.send("hello")
        let answer = try client.answer()
        #expect(answer.interim.isEmpty)
        let seen = try EchoUpstream.seen(answer)
        #expect(seen.body == "hello" && !seen.names.contains("expect"))
    }

    @Test
    func `H-27: Expect with a refused token is the refusal, without 100, and the connection ends`() throws {
        let scene = try Scene.running()
        for fields in ["", "Authorization: Bearer junk-token\r\n"] {
            let client = try scene.sidecar.client()
            try client.send(
                "POST /closed/e HTTP/1.1\r\nHost: localhost\r\n\(fields)Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"
            )
            let answer = try client.answer()
            #expect(answer.status == 401 && answer.interim.isEmpty)
            #expect(answer.closes)
            #expect(client.ending() == (.closed, []))
        }
    }

    @Test
    func `H-27: Expect is ignored with an empty body and in HTTP/1.0, and legal with the body sent at once`() throws {
        let scene = try Scene.running()
        let heads = [
            "POST /open/e HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
            "POST /open/e HTTP/1.0\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
            "GET /open/e HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n",
        ]
        for head in heads {
            let client = try scene.sidecar.client()
            try client.send(head)
            let answer = try client.answer()
            #expect(answer.status == 200 && answer.interim.isEmpty)
        }
        let client = try scene.sidecar.client()
        try client.send(
            "POST /open/e HTTP/1.1\r\nHost: localhost\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\nhi"
        )
        #expect(try EchoUpstream.seen(client.answer()).body == "hi")
    }

    @Test(arguments: ["x", "100-continue, x", "200-ok"])
    func `H-27: another expectation is 417`(_ value: String) throws {
        let answer = try Scene.running().sidecar.ask("POST /open/e", ["Expect: \(value)", "Content-Length: 0"])
        #expect(answer.status == 417)
        #expect(answer.code == "expectation_failed")
    }

    @Test
    func
        `H-28: of a hundred pipelined requests with the second malformed, the first is served, then 400, then nothing`()
        throws
    {
        let scene = try Scene.running()
        let good = "GET /open/piped HTTP/1.1\r\nHost: localhost\r\n\r\n"
        let never = String(repeating: "GET /open/never-28 HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 98)
        let client = try scene.sidecar.client()
        client.sendAsFarAsTaken(Wire.bytes(good + "GET /open/bad HTTP/1.1\r\nHost : localhost\r\n\r\n" + never))
        #expect(try client.answer().status == 200)
        let refusal = try client.answer()
        #expect(refusal.status == 400 && refusal.closes)
        #expect(client.ending().bytes.isEmpty)
        try scene.fence()
        #expect(!scene.upstream.saw("never-28"))
    }

    @Test
    func `H-28: a hundred pipelined requests are answered in order`() throws {
        let client = try Scene.running().sidecar.client()
        try client.send((0..<100).map { "GET /open/order/n\($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined())
        for number in 0..<100 {
            #expect(try EchoUpstream.seen(client.answer()).target == "/open/order/n\(number)")
        }
    }

    @Test
    func `H-28: a head split at every byte is read like a whole one`() throws {
        let scene = try Scene.running()
        let text = Wire.bytes(
            "POST /open/split HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello"
        )
        for cut in stride(from: 1, to: text.count, by: 7) {
            let client = try scene.sidecar.client()
            try client.send(Array(text[..<cut]))
            try client.send(Array(text[cut...]))
            #expect(try EchoUpstream.seen(client.answer()).body == "hello")
        }
        let client = try scene.sidecar.client()
        for byte in text { try client.send([byte]) }
        #expect(try EchoUpstream.seen(client.answer()).values("x-a") == ["b"])
    }

    @Test
    func `H-31: a head at the limit is served, and one byte more is 431 and closed`() throws {
        let scene = try Scene.running()
        let frame = "GET /open/limit HTTP/1.1\r\nHost: localhost\r\nX-Fill: \r\n\r\n"
        let fill = String(repeating: "f", count: 4096 - frame.utf8.count)
        #expect(try scene.sidecar.ask("GET /open/limit", ["X-Fill: \(fill)"]).status == 200)
        let row = WireRow("one over", "GET /open/limit HTTP/1.1\r\nHOSTX-Fill: \(fill)f\r\n\r\n", status: 431)
        try scene.expectRefusal(row)
    }

    @Test
    func `H-31: a hundred fields are served, and 101 are 431 and closed`() throws {
        let scene = try Scene.running()
        let fields = (0..<99).map { "X-\($0): y" }
        #expect(try scene.sidecar.ask("GET /open/count", fields).status == 200)
        let lines = (fields + ["X-Last: y"]).map { $0 + "\r\n" }.joined()
        try scene.expectRefusal(WireRow("101", "GET /open/MARK HTTP/1.1\r\nHOST\(lines)\r\n", status: 431))
    }

    @Test
    func `H-31: a request line over the limit is 414, as soon as the limit is reached`() throws {
        let scene = try Scene.running()
        let row = WireRow(
            "no end in sight",
            "GET /open/MARK" + String(repeating: "a", count: 5000),
            status: 414,
            isOpenEnded: true
        )
        try scene.expectRefusal(row)
    }

    @Test
    func `H-31: a head without end is 431 as soon as the limit is reached`() throws {
        let scene = try Scene.running()
        let row = WireRow(
            "no end in sight",
            "GET /open/MARK HTTP/1.1\r\nHOSTX: " + String(repeating: "a", count: 5000),
            status: 431,
            isOpenEnded: true
        )
        try scene.expectRefusal(row)
    }

    @Test(arguments: [
        ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"],
        ["Connection: Upgrade", "Upgrade: websocket, h2c"], ["Connection: Upgrade", "Upgrade: foo/2"],
        ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"], ["Upgrade: h2c"],
        ["Keep-Alive: timeout=5", "Proxy-Connection: keep-alive"], ["HTTP2-Settings: AAMAAABkAAQAAP__"],
        ["Connection: X-Own", "X-Own: 1"], ["TE: trailers, deflate", "Connection: TE"],
    ])
    func `H-32: an upgrade and every hop-by-hop field are stripped, and the request is served as HTTP/1.1`(
        _ fields: [String]
    ) throws {
        let answer = try Scene.running().sidecar.ask("GET /open/hop", fields)
        #expect(answer.status == 200 && answer.interim.isEmpty)
        let seen = try EchoUpstream.seen(answer)
        let hopByHop: Set = ["upgrade", "http2-settings", "keep-alive", "proxy-connection", "x-own"]
        #expect(seen.names.isDisjoint(with: hopByHop))
        #expect(!seen.values("connection").contains { $0.lowercased().contains("upgrade") })
    }
}
