import Foundation
import GatehouseCore
import GatehouseCrypto
import NIOCore
import Testing

@testable import GatehouseEdge

/// Connecting, credit, closing and what a request leaves behind.
@Suite struct ClientConnectionLifeTests {
    private static let post = "POST /open/a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
    private static let chunked = "POST /open/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func `what is sent before the connection is made goes out when it is, and gets its credit then`() throws {
        let app = try AppDouble()
        app.connections.connectsAtOnce = false
        let client = app.request(Self.post)
        client.upload(wire("hello"))
        client.endRequest()
        app.world.loop.flush()
        #expect(client.outstanding == 5)
        try app.last.connect()
        app.world.loop.flush()
        #expect(client.outstanding == 0)
        #expect(try app.last.received().hasSuffix("Content-Length: 5\r\n\r\nhello"))
    }

    @Test func `content of unknown length goes on in chunks, large pieces too, and ends with the last one`() throws {
        let app = try AppDouble()
        let client = app.request(Self.chunked)
        let large = [UInt8](repeating: 0x61, count: 20_000)
        client.upload(wire("abc"))
        client.upload(large)
        client.endRequest()
        app.world.loop.flush()
        let sent = try app.last.received()
        #expect(sent.hasSuffix("\r\n\r\n3\r\nabc\r\n4e20\r\n" + wireText(large) + "\r\n0\r\n\r\n"))
        #expect(client.outstanding == 0)
    }

    @Test func `credit for the request is given when it left for a channel that is writable`() throws {
        let app = try AppDouble()
        let client = app.request(Self.chunked)
        try app.last.setWritable(false)
        client.upload(wire("hello"))
        app.world.loop.flush()
        #expect(client.outstanding == 5)
        try app.last.setWritable(true)
        #expect(client.outstanding == 0)
    }

    @Test func `a client that takes nothing stops the app at a window and one read`() throws {
        let app = try AppDouble()
        let client = app.request()
        try app.last.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        let piece = [UInt8](repeating: 1, count: 16_384)
        var sent = 0
        while try !app.last.isPaused, sent < 1_000_000 {
            try app.last.send(piece)
            sent += piece.count
        }
        #expect(client.held > EdgeLimits.window && client.held <= EdgeLimits.window + piece.count)
        app.take(client)
        #expect(try !app.last.isPaused)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\nConnection: close\r\n\r\n", ""),
        ("HTTP/1.1 200 OK\r\n\r\n", ""),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n30D40\r\n", "\r\n0\r\n\r\n"),
    ])
    func `an app that sent its answer and closed is heard out, however slowly the client takes it`(
        _ row: (String, String)
    ) throws {
        let app = try AppDouble()
        let client = app.request()
        // The system hands over all that arrived before the end, whether it is wanted yet or not.
        try app.last.send(row.0)
        for _ in 0..<10 { try app.last.send([UInt8](repeating: 0x61, count: 20_000)) }
        try app.last.send(row.1)
        try app.last.close()
        #expect(client.events == [.head(200, ends: false)])
        var rounds = 0
        while client.held > 0, rounds < 1_000 {
            rounds += 1
            app.take(client, 10_000)
        }
        #expect(client.content.count == 200_000)
        #expect(client.events == [.head(200, ends: false), .end, .ended(requestIsComplete: true)])
        #expect(app.world.isQuiet && app.connections.pool.idleCount == 0)
        #expect(app.world.loop.activity.connections == 0)
    }

    @Test func `an app that closed too early is found out when the client has taken what there is`() throws {
        let app = try AppDouble()
        let client = app.request()
        try app.last.send("HTTP/1.1 200 OK\r\nContent-Length: 200001\r\n\r\n")
        for _ in 0..<10 { try app.last.send([UInt8](repeating: 0x61, count: 20_000)) }
        try app.last.close()
        var rounds = 0
        while client.held > 0, rounds < 1_000 {
            rounds += 1
            app.take(client, 10_000)
        }
        #expect(client.events == [.head(200, ends: false), .abort])
        #expect(app.world.isQuiet)
    }

    @Test func `a kept connection that closed before a byte of an answer is stale, and the request goes out again`()
        throws
    {
        let app = try AppDouble()
        try app.served()
        let client = app.request()
        #expect(app.connections.opened.count == 1)
        try app.last.close()
        app.world.loop.flush()
        #expect(app.connections.opened.count == 2)
        #expect(try app.last.received().hasPrefix("GET /open/a HTTP/1.1\r\n"))
        try app.last.send(Self.ok)
        app.take(client)
        #expect(client.events == [.head(200, ends: false), .end, .ended(requestIsComplete: true)])
        #expect(app.world.retries == 1)
    }

    @Test func `a kept connection that reset is stale, too, but not once a byte of an answer came`() throws {
        let app = try AppDouble()
        try app.served()
        _ = app.request()
        try app.last.reset()
        #expect(app.connections.opened.count == 2)
        try app.last.send(Self.ok)
        let begun = app.request()
        let before = app.connections.opened.count
        try app.last.send("HTTP/1.1 2")
        try app.last.close()
        #expect(begun.events.contains(.answer(502)))
        #expect(app.connections.opened.count == before)
    }

    @Test func `H-50: a client that leaves, a timeout and an unread request body close the connection`() throws {
        var timings = UpstreamTimings()
        timings.responseTimeout = 1
        let app = try AppDouble(timings: timings)
        let left = app.request(Self.post)
        left.upload(wire("he"))
        left.fail(.closed)
        #expect(try app.last.isClosed)
        let waiting = app.request()
        app.world.loop.sweep()
        #expect(waiting.events.contains(.answer(504)))
        #expect(try app.last.isClosed)
        let early = app.request(Self.post)
        early.upload(wire("he"))
        app.world.loop.flush()
        try app.last.send(Self.ok)
        app.take(early)
        #expect(early.events.last == .ended(requestIsComplete: false))
        #expect(try app.last.isClosed)
        #expect(app.connections.pool.idleCount == 0 && app.world.isQuiet)
    }

    @Test func `a connection that is not made in time is 504, one that fails is 502, and a late one is closed`() throws
    {
        var timings = UpstreamTimings()
        timings.connectTimeout = 1
        let app = try AppDouble(timings: timings)
        app.connections.connectsAtOnce = false
        let late = app.request()
        app.world.loop.sweep()
        // The loop's list holds connections that have a channel; until then the bootstrap has the deadline.
        try app.last.connection.connectFailed(.connectTimeout)
        #expect(late.events.contains(.answer(504)))
        try app.last.connect()
        #expect(try app.last.isClosed)
        let refused = app.request()
        try app.last.connection.connectFailed(.connectionRefused)
        #expect(refused.events.contains(.answer(502)))
        #expect(refused.exchange?.record.refusal == .upstreamRefused(.connectionRefused))
        let unknown = app.request()
        try app.last.connection.connectFailed(.nameResolution)
        #expect(unknown.exchange?.record.refusal == .upstreamRefused(.nameResolution))
        #expect(app.world.isQuiet)
    }

    @Test func `a client that leaves while the connection is being made has it closed when it is`() throws {
        let app = try AppDouble()
        app.connections.connectsAtOnce = false
        let client = app.request()
        client.fail(.closed)
        try app.last.connect()
        #expect(try app.last.isClosed)
        #expect(try app.last.received().isEmpty)
        #expect(app.world.isQuiet)
    }

    @Test func `a connection whose TLS handshake never ends is closed, given up or timed out alike`() throws {
        var timings = UpstreamTimings()
        timings.connectTimeout = 1
        let target = try ClientConnectionLifeTests.secureTarget(timings)
        for leaves in [true, false] {
            let app = try AppDouble(timings: timings)
            app.connections.target = target
            let client = app.request()
            #expect(try !app.last.isClosed)
            #expect(try app.last.received().isEmpty)
            if leaves {
                client.fail(.closed)
            } else {
                app.world.loop.sweep()
                #expect(client.events.contains(.answer(504)))
            }
            #expect(try app.last.isClosed)
            #expect(app.world.isQuiet)
        }
    }

    @Test func `a TLS connection that was given up before it was made is closed as soon as it is`() throws {
        let app = try AppDouble()
        app.connections.target = try ClientConnectionLifeTests.secureTarget(UpstreamTimings())
        app.connections.connectsAtOnce = false
        let client = app.request()
        client.fail(.closed)
        try app.last.connect()
        #expect(try app.last.isClosed)
    }

    @Test func `idle connections close after their time, and all of them when the loop drains`() throws {
        var timings = UpstreamTimings()
        timings.idleTimeout = 1
        let aged = try AppDouble(timings: timings)
        try aged.served()
        #expect(aged.connections.pool.idleCount == 1)
        aged.world.loop.sweep()
        #expect(aged.connections.pool.idleCount == 0)
        #expect(try aged.last.isClosed)
        let drained = try AppDouble()
        try drained.served()
        drained.world.loop.drain()
        #expect(drained.connections.pool.idleCount == 0)
        #expect(try drained.last.isClosed)
    }
}

extension ClientConnectionLifeTests {
    /// An app that is reached by TLS; no handshake takes place with it.
    fileprivate static func secureTarget(_ timings: UpstreamTimings) throws -> UpstreamTarget {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let identity = try DevelopmentCertificates.make(names: ["localhost"], addresses: [], days: 1)
        let chain = folder.appending(path: "chain")
        let key = folder.appending(path: "key")
        try Data(identity.chain).write(to: chain)
        try Data(identity.key.reveal { Array(copying: $0) }).write(to: key)
        let names = try ServerTLS.Identity(chainPath: chain.path, keyPath: key.path, names: ["localhost"])
        return UpstreamTarget(
            name: "app",
            address: .host("127.0.0.1", port: 1),
            tls: try ServerTLS.context([names], requiresTLS13: true, protocols: []),
            authority: "app.example.com",
            timings: timings
        )
    }
}
