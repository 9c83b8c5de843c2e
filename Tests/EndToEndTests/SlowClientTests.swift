import Glibc
import Testing
import TestSupport

/// Clients that hold on to what they do not use.
@Suite(
    .scene {
        try Scene(
            {
                $0.limits = [
                    "header_timeout": "1s", "body_idle_timeout": "1s", "keep_alive_timeout": "1s",
                    "request_body": "64KiB",
                ]
                $0.listeners = [.plain, try TLSFiles.shared().listener]
            },
            script: PatientApplication.script
        )
    }
)
struct SlowClientTests {
    @Test
    func `D-01: a head that trickles is 408 a header timeout after its first byte, not after its last`() throws {
        let client = try Scene.running().sidecar.client(seconds: 5)
        let start = ContinuousClock.now
        try client.send("GET /open/slow HTTP/1.1\r\nHost: localhost\r\nX: ")
        var ending = RawClient.Ending.stillOpen
        while ending == .stillOpen, start.duration(to: .now) < .seconds(5) {
            client.sendAsFarAsTaken([0x61])
            ending = client.ending(within: 0.2).0
        }
        let elapsed = start.duration(to: .now)
        #expect(elapsed > .milliseconds(800) && elapsed < .milliseconds(3500), "\(elapsed)")
        #expect(Wire.text(client.ending(within: 0.1).bytes).hasPrefix("HTTP/1.1 408 "))
    }

    @Test
    func `D-01: a connection without a byte, and an idle one, are closed silently`() throws {
        let sidecar = try Scene.running().sidecar
        let silent = try sidecar.client()
        #expect(silent.ending(within: 5) == (.closed, []))
        let idle = try sidecar.client()
        try idle.send("GET /open/idle HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try idle.answer().status == 200)
        #expect(idle.ending(within: 5) == (.closed, []))
    }

    @Test
    func `D-02: a body that stalls is 408 and the application never gets a whole one`() throws {
        let scene = try Scene.running()
        let client = try scene.sidecar.client(seconds: 6)
        try client.send("POST /open/stalled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc")
        let answer = try client.answer()
        #expect(answer.status == 408 && answer.code == "request_timeout" && answer.closes)
        #expect(client.ending().0 != .stillOpen)
    }

    @Test
    func `D-15: a client that stops after the 100 it asked for is 408`() throws {
        let client = try Scene.running().sidecar.client(seconds: 6)
        try client.send(
            "POST /open/stopped HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"
        )
        let answer = try client.answer()
        #expect(answer.interim.map(\.status) == [100])
        #expect(answer.status == 408 && answer.closes)
    }

    @Test(.tags(.slow))
    func `D-02: a body below 240 bytes a second is ended after twenty seconds, though it never stalls`() throws {
        let client = try Scene.running().sidecar.client(seconds: 5)
        let start = ContinuousClock.now
        try client.send("POST /open/trickle HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n")
        var ending = RawClient.Ending.stillOpen
        while ending == .stillOpen, start.duration(to: .now) < .seconds(32) {
            client.sendAsFarAsTaken([0x61])
            ending = client.ending(within: 0.3).0
        }
        let elapsed = start.duration(to: .now)
        #expect(ending != .stillOpen && elapsed > .seconds(18) && elapsed < .seconds(30), "\(elapsed)")
    }

    @Test
    func `D-03: an answer that nobody reads is given up, and the application is told`() throws {
        let scene = try Scene.running()
        let client = try scene.sidecar.client(receiveBuffer: 4096)
        try client.send("GET /open/flood HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try wait(for: "the flood to be given up", seconds: 10) { scene.upstream.events.contains("gone flood") }
        _ = client.ending(within: 0.1)
    }

    @Test
    func `D-03: an application that is silent is not timed once its head has come`() throws {
        let answer = try Scene.running().sidecar.ask("GET /open/silent")
        #expect(answer.text == "late")
    }

    @Test(arguments: ["", "\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}\u{00}\u{01}\u{FC}\u{03}\u{03}abc"])
    func `D-04: TLS silence and half a ClientHello are closed within the header timeout`(_ bytes: String) throws {
        let client = try Scene.running().sidecar.client(listener: 1)
        try client.send(bytes)
        #expect(client.ending(within: 5).0 != .stillOpen)
    }

    @Test
    func `D-04: plain HTTP on a TLS port is closed and never served`() throws {
        let scene = try Scene.running()
        let client = try scene.sidecar.client(listener: 1)
        try client.send("GET /open/plain-on-tls HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let (ending, bytes) = client.ending()
        #expect(ending != .stillOpen && !Wire.text(bytes).contains("200 OK"))
        #expect(!scene.upstream.saw("plain-on-tls"))
    }

    @Test
    func `D-04: a client cannot renegotiate`() throws {
        let scene = try Scene.running()
        let files = try TLSFiles.shared()
        let attempt = try Command.run(
            [
                "openssl", "s_client", "-connect", "127.0.0.1:\(scene.sidecar.ports[1])", "-CAfile", files.authority,
                "-tls1_2",
            ],
            input: Array("R\n".utf8),
            seconds: 10
        )
        #expect(attempt.output.contains("BEGIN CERTIFICATE"), "the handshake itself failed: \(attempt.errors)")
        #expect(attempt.errors.contains("RENEGOTIATING"), "the client never asked")
        #expect(attempt.status != 0, "a second handshake was carried out")
        try scene.fence()
    }

    @Test
    func `D-15: a body over the limit is 413 before a byte is forwarded, or a broken body when chunked`() throws {
        let scene = try Scene.running()
        let text = "POST /open/MARK HTTP/1.1\r\nHOSTContent-Length: 65537\r\n\r\nabc"
        try scene.expectRefusal(WireRow("declared", text, status: 413))
        let expecting = "POST /open/MARK HTTP/1.1\r\nHOSTExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n"
        try scene.expectRefusal(WireRow("declared, expecting", expecting, status: 413))
        let client = try scene.sidecar.client()
        let chunk = "8000\r\n" + String(repeating: "c", count: 0x8000) + "\r\n"
        client.sendAsFarAsTaken(
            Wire.bytes(
                "POST /open/over HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk
                    + "1\r\nx\r\n0\r\n\r\n"
            )
        )
        let (ending, bytes) = client.ending()
        #expect(ending != .stillOpen)
        #expect(bytes.isEmpty || Wire.text(bytes).hasPrefix("HTTP/1.1 413 "))
        #expect(!scene.upstream.events.contains("whole /open/over"))
        let whole = try scene.sidecar.ask(
            "POST /open/exact",
            ["Content-Length: 65536"],
            body: String(repeating: "d", count: 65_536)
        )
        #expect(whole.status == 200)
    }
}

/// An application that floods, is silent, or waits for whole bodies.
private enum PatientApplication {
    @Sendable
    static func script(_ conversation: Conversation) throws {
        while let head = try conversation.requestHead() {
            if head.target == "/open/flood" {
                try conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
                let piece = [UInt8](repeating: 0x61, count: 1 << 16)
                do {
                    while true { try conversation.send(piece) }
                } catch {
                    conversation.note("gone flood")
                    return
                }
            } else if head.target == "/open/silent" {
                try conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
                // house: the application is silent for longer than every deadline of this suite.
                usleep(2_500_000)
                try conversation.send("late")
                continue
            }
            var request = head
            if head.fields.list("Transfer-Encoding", contains: "chunked") {
                request = try conversation.body(of: head)
            } else if let length = head["Content-Length"].flatMap({ Int($0) }) {
                _ = try conversation.bytes(length)
            }
            conversation.note("whole " + head.target)
            try conversation.send(EchoUpstream.report(request, connection: conversation.index, number: 0))
        }
    }
}
