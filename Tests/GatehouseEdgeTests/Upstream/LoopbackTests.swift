import Foundation
import Testing

@testable import GatehouseEdge

/// Both edges and a pool on real sockets.
@Suite struct LoopbackTests {
    private static let get = wire("GET /open/a HTTP/1.1\r\nHost: a\r\n\r\n")
    private static let ok = LoopbackApp.Reply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    /// Runs a gate in front of an app, and ends both.
    private func withGate(
        _ script: @escaping LoopbackApp.Script,
        _ body: @Sendable (LoopbackApp, LoopbackGate) async throws -> Void
    ) async throws {
        let app = try await LoopbackApp.start(script)
        let gate = try await LoopbackGate.start(.host("127.0.0.1", port: app.port))
        do {
            try await body(app, gate)
        } catch {
            Issue.record(error)
        }
        await gate.server.stop()
        await app.stop()
    }

    @Test func `requests one after the other use one connection to the app`() async throws {
        try await self.withGate({ _, _ in Self.ok }) { app, gate in
            for _ in 0..<3 {
                try await gate.converse { talk in
                    for _ in 0..<5 {
                        try await talk.send(Self.get)
                        let answer = try await talk.answer()
                        #expect(answer.status == 200 && wireText(answer.content) == "ok")
                    }
                }
            }
            #expect(app.counts.connections == 1 && app.counts.requests == 15)
        }
    }

    @Test func `H-42: what an app sends unasked never becomes an answer`() async throws {
        let poisoned = LoopbackApp.Reply(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
        )
        try await self.withGate({ connection, _ in connection == 1 ? poisoned : Self.ok }) { app, gate in
            try await gate.converse { talk in
                for _ in 0..<5 {
                    try await talk.send(Self.get)
                    #expect(try await wireText(talk.answer().content) == "ok")
                }
            }
            #expect(app.counts.connections == 2)
        }
    }

    @Test func `an app that closes behind every answer is asked on a new connection each time`() async throws {
        let closing = LoopbackApp.Reply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", closes: true)
        try await self.withGate({ _, _ in closing }) { app, gate in
            try await gate.converse { talk in
                for _ in 0..<20 {
                    try await talk.send(Self.get)
                    #expect(try await talk.answer().status == 200)
                }
            }
            #expect(app.counts.requests == 20)
        }
    }

    @Test func `a body of some megabytes goes and comes back whole, over many connections at once`() async throws {
        let count = 3_000_000
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }
        let answer = wire("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n") + content
        try await self.withGate({ _, request in
            guard request.count > count, request.suffix(count).elementsEqual(content) else { return nil }
            var reply = LoopbackApp.Reply("")
            reply.bytes = answer
            return reply
        }) { _, gate in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await gate.converse { talk in
                            try await talk.send(
                                wire("PUT /open/a HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n")
                            )
                            try await talk.send(content)
                            let answer = try await talk.answer()
                            #expect(answer.status == 200)
                            #expect(answer.content == content)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `an answer is whole although the app closed long before the client took it`() async throws {
        let content = [UInt8](repeating: 0x61, count: 600_000)
        var reply = LoopbackApp.Reply("HTTP/1.1 200 OK\r\n\r\n", closes: true)
        reply.bytes += content
        let closing = reply
        try await self.withGate({ _, _ in closing }) { app, gate in
            try await gate.converse(readsAtOnce: false) { talk in
                try await talk.send(wire("GET /open/a HTTP/1.0\r\n\r\n"))
                #expect(await eventually { app.counts.closed == 1 })
                try await talk.startReading()
                let rest = try await talk.rest()
                #expect(rest.suffix(content.count).elementsEqual(content))
            }
        }
    }

    @Test func `nobody listening is 502, and a socket path that is too long is no crash`() async throws {
        let app = try await LoopbackApp.start { _, _ in nil }
        let port = app.port
        await app.stop()
        for address in [
            UpstreamTarget.Address.host("127.0.0.1", port: port), .unix("/nowhere/at/all"),
            .unix("/" + String(repeating: "long", count: 100)), .host("no.such.host.invalid", port: 1),
        ] {
            let gate = try await LoopbackGate.start(address)
            let status = try await gate.converse { talk in
                try await talk.send(Self.get)
                return try await talk.answer().status
            }
            // Where nobody answers for names, looking one up takes longer than a connection may.
            #expect(status == 502 || (address == .host("no.such.host.invalid", port: 1) && status == 504), "\(address)")
            await gate.server.stop()
        }
    }

    @Test func `an app on a Unix socket is reached`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "gh-\(UUID().uuidString.prefix(8))").path
        let app = try await LoopbackApp.start(path: path) { _, _ in Self.ok }
        let gate = try await LoopbackGate.start(.unix(path))
        let status = try await gate.converse { talk in
            try await talk.send(Self.get)
            return try await talk.answer().status
        }
        #expect(status == 200)
        await gate.server.stop()
        await app.stop()
        try? FileManager.default.removeItem(atPath: path)
    }

    @Test func `a client that leaves has its request ended at the app`() async throws {
        try await self.withGate({ _, _ in nil }) { app, gate in
            try await gate.converse { talk in
                try await talk.send(Self.get)
                #expect(await eventually { app.counts.connections == 1 })
            }
            #expect(await eventually { app.counts.closed == 1 })
        }
    }

    @Test func `H-07: an early answer is not lost to a reset while the client is still sending`() async throws {
        try await self.withGate({ _, _ in nil }) { _, gate in
            let answer = try await gate.converse { talk in
                try await talk.send(wire("POST /closed HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n"))
                // The gate drops all of this, so the writes succeed.
                for _ in 0..<20 { try await talk.send([UInt8](repeating: 1, count: 100_000)) }
                return try await talk.answer()
            }
            #expect(answer.status == 401)
        }
    }

    @Test func `a drained gate ends what it carries and says so`() async throws {
        let app = try await LoopbackApp.start { _, _ in nil }
        let gate = try await LoopbackGate.start(.host("127.0.0.1", port: app.port))
        let rest = try await gate.converse { talk in
            try await talk.send(Self.get)
            #expect(await eventually { app.counts.connections == 1 })
            await gate.server.drain()
            await gate.server.stop()
            return try await talk.rest()
        }
        #expect(wireText(rest).hasPrefix("HTTP/1.1 503 "))
        await app.stop()
    }
}
