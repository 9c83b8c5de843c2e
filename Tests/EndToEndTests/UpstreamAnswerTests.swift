import Testing
import TestSupport

/// Answers of the application that are not HTTP, are ambiguous, or come unasked.
@Suite(.scene { try Scene(script: HostileApplication.script) })
struct UpstreamAnswerTests {
    @Test(arguments: HostileApplication.brokenHeads)
    func `H-40: an answer whose head is ambiguous or no HTTP is 502 and its connection is closed`(
        _ row: HostileAnswer
    ) throws {
        let scene = try Scene.running()
        let answer = try scene.sidecar.ask("GET /open/\(row.name)")
        #expect(answer.status == 502)
        #expect(answer.code == "upstream_invalid")
        #expect(answer.fields.values("X-Poison").isEmpty && !answer.text.contains("poison"))
        try wait(for: "the connection of \(row.name) to be closed") {
            scene.upstream.events.contains("closed " + row.name)
        }
        try scene.fence()
    }

    @Test(arguments: HostileApplication.brokenBodies)
    func `H-40, H-46: an answer whose body breaks after the head is a broken message for the client`(
        _ row: HostileAnswer
    ) throws {
        let scene = try Scene.running()
        let client = try scene.sidecar.client()
        try client.send("GET /open/\(row.name) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let head: Answer
        do {
            head = try client.head()
        } catch {
            Issue.record("no head for \(row.name): \(error)")
            return
        }
        if head.status == 502 { return }
        #expect(head.status == 200)
        let (ending, bytes) = client.ending()
        #expect(ending != .stillOpen)
        let text = Wire.text(bytes)
        switch head.framing {
        case .length(let length): #expect(bytes.count < length, "a broken body was padded")
        case .chunked: #expect(!text.hasSuffix("0\r\n\r\n"), "a broken body got a last chunk: \(text)")
        default: Issue.record("a broken body with framing \(head.framing)")
        }
        #expect(!text.contains("poison"))
        try scene.fence()
    }

    @Test(arguments: ["extra-bytes", "two-answers", "extra-after-chunked"])
    func `H-42, H-43: bytes after a complete answer never become an answer`(_ name: String) throws {
        let scene = try Scene.running()
        let client = try scene.sidecar.client()
        for number in 0..<3 {
            try client.send("GET /open/\(name) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try client.answer().text == "ok")
            try client.send("GET /open/after-\(name)-\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let after = try client.answer()
            #expect(after.status == 200)
            #expect(try EchoUpstream.seen(after).target == "/open/after-\(name)-\(number)")
        }
    }

    @Test
    func `H-42: bytes on an idle connection never become an answer`() throws {
        // A scene of its own: a request that leased the connection before the poison came could not be told from its owner.
        try Scene(script: HostileApplication.script).play { scene in
            let client = try scene.sidecar.client()
            for number in 0..<3 {
                try client.send("GET /open/late-poison HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try client.answer().text == "ok")
                try wait(for: "the poisoned connection to be dropped") {
                    scene.upstream.events.filter { $0 == "closed late-poison" }.count > number
                }
                try client.send("GET /open/after-poison-\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try EchoUpstream.seen(client.answer()).target == "/open/after-poison-\(number)")
            }
        }
    }

    @Test(arguments: [
        ("HEAD", "head-with-body", 200), ("GET", "204-with-body", 204), ("GET", "304-with-body", 304),
        ("GET", "204-chunked", 204), ("HEAD", "head-chunked", 200),
    ])
    func `H-43: a body after HEAD, 204 or 304 is not passed on and the connection is not reused`(
        _ method: String,
        _ name: String,
        _ status: Int
    ) throws {
        let scene = try Scene.running()
        let client = try scene.sidecar.client()
        try client.send("\(method) /open/\(name) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let answer = try client.answer(to: method)
        #expect(answer.status == status)
        try client.send("GET /open/after-\(name) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try EchoUpstream.seen(client.answer()).target == "/open/after-\(name)")
    }

    @Test(arguments: ["many-interim", "nine-interim", "101-unasked", "101-websocket"])
    func `H-44: more than eight interim answers, or a switch that nobody asked for, are 502`(_ name: String) throws {
        let scene = try Scene.running()
        let answer = try scene.sidecar.ask("GET /open/\(name)")
        #expect(answer.status == 502 && answer.code == "upstream_invalid")
        #expect(answer.interim.allSatisfy { $0.status != 101 })
        try scene.fence()
    }

    @Test
    func `H-44: 103 is passed on, and eight interim answers are not too many`() throws {
        let answer = try Scene.running().sidecar.ask("GET /open/eight-interim")
        #expect(answer.status == 200 && answer.text == "ok")
        #expect(answer.interim.filter { $0.status == 103 }.count == 8)
        #expect(answer.interim.first?["Link"] == "</a.css>; rel=preload")
    }

    @Test
    func `H-40: an empty reason phrase is legal`() throws {
        let answer = try Scene.running().sidecar.ask("GET /open/empty-reason")
        #expect(answer.status == 200 && answer.text == "ok")
    }

    @Test
    func `H-50: after an answer that came before the whole request body, the connection is not reused`() throws {
        let scene = try Scene.running()
        let client = try scene.sidecar.client()
        try client.send("POST /open/early-answer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nabc")
        #expect(try client.answer().text == "ok")
        client.close()
        try wait(for: "the connection to be closed") { scene.upstream.events.contains("closed early-answer") }
        try scene.fence()
    }
}
