import Testing
import TestSupport

/// Half an empty line between requests is the beginning of a head, and has its time.
@Suite(
    .scene {
        try Scene { $0.limits = ["header_timeout": "1s", "keep_alive_timeout": "120s"] }
    }
)
struct LoneCarriageReturnTests {
    @Test(arguments: ["\r", "\r\n\r", "\r\n\r\n\r"])
    func `D-01: a lone CR before the first request is given up after the header timeout`(_ bytes: String) throws {
        let client = try Scene.running().sidecar.client()
        try client.send(bytes)
        try expectEnd(of: client)
    }

    @Test(arguments: ["\r", "\r\n\r"])
    func `D-01: a lone CR between two requests is given up after the header timeout`(_ bytes: String) throws {
        let client = try Scene.running().sidecar.client()
        try client.send("GET /open/a HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.answer().status == 200)
        try client.send(bytes)
        try expectEnd(of: client)
    }

    @Test
    func `D-01: a lone CR behind a request is given up after its answer`() throws {
        let client = try Scene.running().sidecar.client()
        try client.send("GET /open/a HTTP/1.1\r\nHost: localhost\r\n\r\n\r")
        #expect(try client.answer().status == 200)
        try expectEnd(of: client)
    }

    @Test
    func `an empty line that arrives in two pieces is passed over, and the request behind it served`() throws {
        let client = try Scene.running().sidecar.client()
        for number in 0..<3 {
            for piece in ["\r", "\n", "GET /open/\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n"] {
                try client.send(piece)
            }
            #expect(try EchoUpstream.seen(client.answer()).target == "/open/\(number)")
        }
    }

    @Test
    func `an idle connection is kept longer than the header timeout, so that the above means something`() throws {
        let client = try Scene.running().sidecar.client()
        try client.send("GET /open/a HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.answer().status == 200)
        #expect(client.ending(within: 2.5).0 == .stillOpen)
    }

    private func expectEnd(of client: RawClient) throws {
        let start = ContinuousClock.now
        let (ending, bytes) = client.ending(within: 30)
        let elapsed = start.duration(to: .now)
        #expect(ending != .stillOpen && elapsed > .milliseconds(700) && elapsed < .seconds(20), "\(elapsed)")
        #expect(bytes.isEmpty || Wire.text(bytes).hasPrefix("HTTP/1.1 408 "))
    }
}
