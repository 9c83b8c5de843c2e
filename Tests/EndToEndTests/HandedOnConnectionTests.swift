import Testing
import TestSupport

/// One upstream connection serves one exchange after the other, and none of them reaches into the next.
@Suite(.blocking)
struct HandedOnConnectionTests {
    @Test
    func `pipelined requests over one upstream connection get their own answers, whatever their sizes`() throws {
        try Scene({ $0.workers = 1 }, script: SizedApplication.script).play { scene in
            let sizes = [0, 1, 70_000, 2, 300_000, 16_384, 16_385, 0, 200_000, 65_536, 65_537, 3]
            for round in 0..<3 {
                let client = try scene.sidecar.client(seconds: 60)
                let names = sizes.enumerated().map { "r\(round)n\($0.offset)/\($0.element)" }
                try client.send(names.map { "GET /open/\($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined())
                for (name, size) in zip(names, sizes) {
                    let answer = try client.answer()
                    #expect(answer.status == 200 && answer["X-Name"] == "/open/" + name)
                    #expect(answer.body == SizedApplication.body(of: "/open/" + name, size))
                }
            }
            // A connection is left aside only when its successor was begun before it was given back.
            #expect(scene.upstream.connectionCount <= 2, "\(scene.upstream.connectionCount) connections")
        }
    }

    @Test
    func `a client that leaves with its answer untaken does not disturb the next one on the same connection`() throws {
        try Scene({ $0.workers = 1 }, script: SizedApplication.script).play { scene in
            for round in 0..<10 {
                let slow = try scene.sidecar.client(seconds: 60, receiveBuffer: 4096)
                try slow.send("GET /open/slow\(round)/60000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try slow.head().status == 200)
                let next = try scene.sidecar.client(seconds: 60)
                try next.send("GET /open/next\(round)/900000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let head = try next.head()
                if round % 2 == 0 { slow.reset() } else { slow.close() }
                #expect(head["X-Name"] == "/open/next\(round)/900000")
                var count = 0
                while count < 900_000 {
                    let bytes = try next.some()
                    guard !bytes.isEmpty else { break }
                    count += bytes.count
                }
                #expect(count == 900_000, "the answer was cut in round \(round)")
                try next.send("GET /open/again/2 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try next.answer()["X-Name"] == "/open/again/2")
            }
            #expect(scene.upstream.connectionCount < 10, "no connection was ever handed on")
        }
    }
}

/// An application whose answers have the size that the last segment of the target says, and content that names the target.
private enum SizedApplication {
    static func body(of target: String, _ size: Int) -> [UInt8] {
        let name = Array((target + ".").utf8)
        return Array((0..<(size / name.count + 1)).map { _ in name }.joined().prefix(size))
    }

    @Sendable
    static func script(_ conversation: Conversation) throws {
        while let request = try conversation.request() {
            let size = request.target.split(separator: "/").last.flatMap { Int($0) } ?? 0
            let body = body(of: request.target, size)
            let head = "HTTP/1.1 200 OK\r\nX-Name: \(request.target)\r\n"
            if size % 2 == 0 {
                try conversation.send(Wire.bytes(head + "Content-Length: \(size)\r\n\r\n") + body)
            } else {
                let chunk = Wire.bytes(String(size, radix: 16) + "\r\n") + body + Wire.bytes("\r\n0\r\n\r\n")
                try conversation.send(Wire.bytes(head + "Transfer-Encoding: chunked\r\n\r\n") + chunk)
            }
        }
    }
}
