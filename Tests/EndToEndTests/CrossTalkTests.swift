import TestSupport
import Testing

/// No answer, and no identity, ever goes to another request, whatever clients and application do to their connections.
@Suite(.scene { try Scene({ $0.tokens = ["forward_claims: { X-User-Id: sub }"] }, script: MoodyApplication.script) })
struct CrossTalkTests {
    @Test(arguments: 0..<6)
    func `each request gets its own answer, while others leave and the application breaks off`(_ worker: Int) throws {
        let scene = try Scene.running()
        var mood = Mood(seed: UInt64(worker + 1))
        var served = 0
        for round in 0..<60 {
            let client = try scene.sidecar.client()
            let names = (0...mood.pick(3)).map { "w\(worker)r\(round)n\($0)" }
            try client.send(names.map { request($0, hasBody: mood.pick(2) == 0) }.joined())
            if mood.pick(8) == 0 {
                mood.pick(2) == 0 ? client.reset() : client.close()
                continue
            }
            for name in names {
                // The application breaks some answers off; then the connection ends, which is all that may happen.
                guard let answer = try? client.answer() else { break }
                if answer.status == 200 {
                    served += 1
                    #expect(answer["X-Name"] == name && answer.text.hasPrefix(name + "."))
                } else {
                    #expect(answer.status == 502)
                }
                if answer.closes { break }
            }
        }
        #expect(served > 60, "too few answers to prove anything: \(served)")
    }

    @Test(arguments: 0..<3)
    func `each caller gets their own identity over shared connections`(_ worker: Int) throws {
        let scene = try Scene.running()
        let tokens = try (0..<4).map { try scene.signer.token(["sub": "\"caller-\(worker)-\($0)\""]) }
        let client = try scene.sidecar.client()
        for round in 0..<100 {
            let caller = round % 4
            try client.send(
                "GET /closed/echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(tokens[caller])\r\n\r\n"
                    + "GET /open/echo HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
            let closed = try EchoUpstream.seen(client.answer())
            #expect(closed.values("x-user-id") == ["caller-\(worker)-\(caller)"])
            let open = try EchoUpstream.seen(client.answer())
            #expect(open.values("x-user-id").isEmpty, "an identity stuck to the connection")
        }
    }

    private func request(_ name: String, hasBody: Bool) -> String {
        let body = hasBody ? String(repeating: "GET /open/evil HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 40) : ""
        return
            "\(hasBody ? "POST" : "GET") /open/\(name) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

/// Numbers that are the same for the same seed.
private struct Mood {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func pick(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(count))
    }
}

/// An application that names the request in each answer, and often ends its connection at a bad moment.
private enum MoodyApplication {
    @Sendable
    static func script(_ conversation: Conversation) throws {
        var mood = Mood(seed: UInt64(conversation.index + 7))
        while let head = try conversation.requestHead() {
            let name = String(head.target.split(separator: "/").last ?? "")
            if name == "echo" || name == "fence" {
                let whole = try conversation.body(of: head)
                try conversation.send(EchoUpstream.report(whole, connection: conversation.index, number: 0))
                continue
            }
            let answersEarly = mood.pick(8) == 0
            if !answersEarly { _ = try conversation.body(of: head) }
            let body = name + "." + String(repeating: "z", count: [0, 100, 5000, 70_000][mood.pick(4)])
            let start = "HTTP/1.1 200 OK\r\nX-Name: \(name)\r\n"
            switch mood.pick(16) {
            case 0: return
            case 1: return try conversation.send(start + "Content-Length: \(body.utf8.count + 9)\r\n\r\n" + body)
            case 2: return try conversation.send(start + "\r\n" + body)
            case 3...8:
                let size = String(body.utf8.count, radix: 16)
                try conversation.send(start + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(body)\r\n0\r\n\r\n")
            default: try conversation.send(start + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
            }
            if answersEarly { _ = try conversation.body(of: head) }
            if mood.pick(10) == 0 { return }
        }
    }
}
