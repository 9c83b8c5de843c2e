import Testing
import TestSupport

/// Interim answers and trailers go through the same door as heads.
@Suite(
    .scene {
        try Scene(
            { $0.sections = ["cors:\n  origins: [\"https://shop.example.com\"]"] },
            script: TellingApplication.script
        )
    }
)
struct InterimAndTrailerTests {
    /// Fields of an app that reach no client, in whatever part of an answer they stand.
    private static let dropped = [
        "Server", "X-Powered-By", "X-Frame-Options", "X-Content-Type-Options", "Strict-Transport-Security",
        "Content-Security-Policy", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "X-Request-Id",
        "X-Hop", "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Upgrade",
    ]

    @Test
    func `an interim answer loses what a head loses, and keeps the rest`() throws {
        let answer = try Scene.running().sidecar.ask("GET /open/interim", ["Origin: https://shop.example.com"])
        #expect(answer.status == 200 && answer.text == "after hints")
        #expect(answer.interim.map(\.status) == [103, 103])
        for interim in answer.interim {
            #expect(interim["Link"] == "</a.css>; rel=preload" && interim["X-App"] == "yes")
            for name in Self.dropped { #expect(interim.fields.values(name).isEmpty, "\(name) in an interim answer") }
        }
    }

    @Test
    func `a trailer loses what a head loses, and keeps the rest`() throws {
        let scene = try Scene.running()
        let fields = ["TE: trailers", "Connection: TE", "Origin: https://shop.example.com"]
        let answer = try scene.sidecar.ask("GET /open/trailers", fields)
        #expect(answer.status == 200 && answer.text == "abc")
        #expect(answer.trailers.values("X-Sum") == ["6"] && answer.trailers.values("X-App") == ["yes"])
        for name in TellingApplication.trailing {
            #expect(answer.trailers.values(name).isEmpty, "\(name) in a trailer")
        }
        #expect(answer.trailers.count == 2, "\(answer.trailers)")
        #expect(answer.fields.values("X-Frame-Options") == ["DENY"])
    }

    @Test
    func `trailers do not go to a client that did not ask for them`() throws {
        let answer = try Scene.running().sidecar.ask("GET /open/trailers")
        #expect(answer.text == "abc" && answer.trailers.isEmpty)
    }

    @Test(arguments: ["Content-Length", "Transfer-Encoding", "Host", "Authorization", "Connection"])
    func `a trailer that would change the message is none that a client gets`(_ name: String) throws {
        let scene = try Scene.running()
        let client = try scene.sidecar.client()
        try client.send(
            "GET /open/bad-trailer/\(name) HTTP/1.1\r\nHost: localhost\r\nTE: trailers\r\nConnection: TE\r\n\r\n"
        )
        #expect(try client.head().status == 200)
        let (ending, bytes) = client.ending()
        #expect(ending != .stillOpen && !Wire.text(bytes).contains(name))
        try scene.fence()
    }
}

/// An application that says too much wherever it can.
private enum TellingApplication {
    private static let lines =
        "Server: secret/1.0\r\nX-Powered-By: secret\r\nX-Frame-Options: ALLOWALL\r\nX-Content-Type-Options: sniff\r\n"
        + "Strict-Transport-Security: max-age=0\r\nContent-Security-Policy: default-src *\r\n"
        + "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Credentials: true\r\nX-Request-Id: from-app\r\n"

    /// The names of the lines that it puts into trailers without reason.
    static let trailing = [
        "Server", "X-Powered-By", "X-Frame-Options", "X-Content-Type-Options", "Strict-Transport-Security",
        "Content-Security-Policy", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "X-Request-Id",
    ]

    @Sendable
    static func script(_ conversation: Conversation) throws {
        while let request = try conversation.request() {
            let path = request.target.split(separator: "/")
            let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
            switch path.dropFirst().first ?? "" {
            case "interim":
                let interim =
                    "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n" + lines
                    + "Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\nX-App: yes\r\n\r\n"
                try conversation.send(interim + interim)
                try conversation.answer(body: "after hints")
            case "trailers":
                try conversation.send(chunked + "X-Sum: 6\r\n" + lines + "X-App: yes\r\n\r\n")
            case "bad-trailer":
                try conversation.send(chunked + "\(path.last ?? ""): 3\r\n\r\n")
            default: try conversation.send(EchoUpstream.report(request, connection: conversation.index, number: 0))
            }
        }
    }
}
