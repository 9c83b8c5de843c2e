import Testing
import TestSupport

/// HTTP/1.0 clients.
@Suite(.scene { try Scene(script: Application.script) })
struct OldClientTests {
    @Test
    func `H-25: HTTP/1.0 without Host is served and the connection ends`() throws {
        let client = try Scene.running().sidecar.client()
        try client.send("GET /open/old HTTP/1.0\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 200)
        #expect(try EchoUpstream.seen(answer).method == "GET")
        #expect(client.ending().0 == .closed)
    }

    @Test
    func `H-25: HTTP/1.0 with keep-alive is honoured`() throws {
        let client = try Scene.running().sidecar.client()
        for _ in 0..<3 {
            try client.send("GET /open/old HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.status == 200 && !answer.closes)
        }
    }

    @Test(arguments: ["", "Connection: keep-alive\r\n"])
    func `H-25: an answer to HTTP/1.0 is never chunked, and ends whole`(_ fields: String) throws {
        let client = try Scene.running().sidecar.client()
        try client.send("GET /open/chunked HTTP/1.0\r\nHost: localhost\r\n\(fields)\r\n")
        let answer = try client.answer()
        #expect(answer.fields.values("Transfer-Encoding").isEmpty)
        #expect(answer.text == "abcdef")
        #expect(answer.closes || answer.framing == .length(6))
    }

    @Test
    func `H-25: interim answers are not sent to HTTP/1.0`() throws {
        let client = try Scene.running().sidecar.client()
        try client.send("GET /open/early-hints HTTP/1.0\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 200 && answer.interim.isEmpty)
    }
}
