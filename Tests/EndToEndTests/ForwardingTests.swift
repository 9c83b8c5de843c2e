import Testing
import TestSupport

/// A good request passes both ways unharmed.
@Suite(.scene { try Scene(script: Application.script) })
struct ForwardingTests {
    @Test
    func `one connection carries many requests, and the pool few connections`() throws {
        try Scene().play { scene in
            let client = try scene.sidecar.client()
            for number in 0..<50 {
                try client.send("GET /open/reuse/\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let answer = try client.answer()
                #expect(answer.status == 200 && !answer.closes)
            }
            #expect(scene.upstream.connectionCount == 1, "50 requests in a row used more than one upstream connection")
        }
    }

    @Test(arguments: [0, 1, 5, 65_535, 1_000_000])
    func `a body with Content-Length arrives whole and keeps its length`(_ count: Int) throws {
        let seen = try Scene.running().seen(
            "PUT /open/length",
            ["Content-Length: \(count)"],
            body: String(repeating: "b", count: count)
        )
        #expect(seen.length == count)
        #expect(seen.values("content-length") == ["\(count)"])
        #expect(seen.values("transfer-encoding").isEmpty)
    }

    @Test
    func `a chunked body arrives whole with exactly one framing`() throws {
        let pieces = (1...200).map { String($0, radix: 16) + "\r\n" + String(repeating: "c", count: $0) + "\r\n" }
        let seen = try Scene.running().seen(
            "POST /open/pieces",
            ["Transfer-Encoding: chunked"],
            body: pieces.joined() + "0\r\n\r\n"
        )
        #expect(seen.length == 20_100)
        #expect(seen.values("content-length").count + seen.values("transfer-encoding").count == 1)
    }

    @Test
    func `a request without a body has no framing of a body`() throws {
        let seen = try Scene.running().seen("GET /open/bare")
        #expect(seen.values("transfer-encoding").isEmpty)
        #expect(seen.values("content-length").isEmpty || seen.values("content-length") == ["0"])
    }

    @Test
    func `the target and the query reach the application byte for byte`() throws {
        let target = "/open/%7Euser/a%20b/;v=1/caf%C3%A9?hush=1&b=%2F%2e%2e&c=a+b&d=//&e=%00"
        #expect(try Scene.running().seen("GET \(target)").target == target)
    }

    @Test
    func `a chunked answer arrives whole, and trailers only after TE: trailers`() throws {
        let sidecar = try Scene.running().sidecar
        let plain = try sidecar.ask("GET /open/chunked")
        #expect(plain.text == "abcdef" && plain.framing == .chunked && plain.trailers.isEmpty)
        let asked = try sidecar.ask("GET /open/chunked", ["TE: trailers", "Connection: TE"])
        #expect(asked.text == "abcdef")
        #expect(asked.trailers.values("x-sum") == ["6"] && asked.trailers.values("x-other") == ["yes"])
    }

    @Test(arguments: ["close-delimited", "old-app"])
    func `an answer that ends with its connection arrives whole, and the client's connection lives`(
        _ name: String
    ) throws {
        let client = try Scene.running().sidecar.client()
        try client.send("GET /open/\(name) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 200 && ["until the end", "from an old app"].contains(answer.text))
        guard !answer.closes else { return }
        try client.send("GET /open/after HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.answer().status == 200)
    }

    @Test
    func `HEAD has the length of the body and no body`() throws {
        let client = try Scene.running().sidecar.client()
        try client.send("HEAD /open/head-length HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let answer = try client.answer(to: "HEAD")
        #expect(answer.status == 200 && answer["Content-Length"] == "1234")
        try client.send("HEAD /closed/x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.answer(to: "HEAD").status == 401)
        try client.send("GET /open/after HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try EchoUpstream.seen(client.answer()).target == "/open/after")
    }

    @Test
    func `204 and 304 have no body and no framing of one, and the connection goes on`() throws {
        let client = try Scene.running().sidecar.client()
        try client.send("GET /open/no-content HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let empty = try client.answer()
        #expect(empty.status == 204 && empty["X-App"] == "yes")
        #expect(empty["Content-Length"] == nil && empty["Transfer-Encoding"] == nil)
        try client.send("GET /open/not-modified HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let unchanged = try client.answer()
        #expect(unchanged.status == 304 && unchanged["ETag"] == "\"a\"")
        try client.send("GET /open/after HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.answer().status == 200)
    }

    @Test
    func `103 Early Hints comes before the answer`() throws {
        let answer = try Scene.running().sidecar.ask("GET /open/early-hints")
        #expect(answer.interim.map(\.status) == [103])
        #expect(answer.interim.first?["Link"] == "</a.css>; rel=preload")
        #expect(answer.text == "after hints")
    }

    @Test
    func `an answer of the application with status 500 passes`() throws {
        let answer = try Scene.running().sidecar.ask("GET /open/server-error")
        #expect(answer.status == 500 && answer.text == "app failed")
    }

    @Test
    func `a client that half-closes gets a whole answer or none, and the connection ends`() throws {
        let client = try Scene.running().sidecar.client()
        try client.send("GET /open/half HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.finishSending()
        let (ending, bytes) = client.ending()
        #expect(ending != .stillOpen)
        #expect(bytes.isEmpty || Wire.text(bytes).hasPrefix("HTTP/1.1 200 ") && bytes.last == 0x7D)
    }

    @Test
    func `Connection: close is answered with close and kept`() throws {
        let client = try Scene.running().sidecar.client()
        try client.send("GET /open/last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 200 && answer.closes)
        #expect(client.ending() == (.closed, []))
    }

    @Test(arguments: ["PATCH", "DELETE", "OPTIONS", "PUT", "PROPFIND", "M-SEARCH"])
    func `any method that is a token reaches the application`(_ method: String) throws {
        #expect(try Scene.running().seen("\(method) /open/method", ["Content-Length: 0"]).method == method)
    }
}
