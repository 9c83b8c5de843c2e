import Dispatch
import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOPosix
import Testing

@testable import GatehouseEdge

@Suite struct AdminServerTests {
    @Test func `answers carry their length, no-store and nosniff`() async throws {
        try await Self.withServer { server in
            let live = try await server.get("/livez")
            #expect(live.status == 200)
            #expect(live.body == "ok\n")
            #expect(live.hasLine("Content-Length: 3"))
            let head = try await server.get("/livez", method: "HEAD")
            #expect(head.status == 200)
            #expect(head.body == "")
            #expect(head.hasLine("Content-Length: 3"))
            let missing = try await server.get("/nothing")
            #expect(missing.status == 404)
            let post = try await server.get("/metrics", method: "POST")
            #expect(post.status == 405)
            #expect(post.hasLine("Allow: GET, HEAD"))
            for reply in [live, head, missing, post] {
                #expect(reply.hasLine("Cache-Control: no-store"))
                #expect(reply.hasLine("X-Content-Type-Options: nosniff"))
            }
        }
    }

    @Test func `requests on one connection are answered in order`() async throws {
        try await Self.withServer { server in
            let reply = try await server.exchange(
                "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.0\r\n\r\n"
            )
            let text = reply.text
            let metrics = try #require(text.firstRange(of: "gatehouse_build_info{version=\"1.2.3\"} 1\n"))
            let live = try #require(text.firstRange(of: "\r\n\r\nok\n"))
            let missing = try #require(text.firstRange(of: "HTTP/1.1 404"))
            #expect(metrics.upperBound <= live.lowerBound)
            #expect(live.upperBound <= missing.lowerBound)
        }
    }

    @Test func `what is no HTTP, too long or too large is refused and closed`() async throws {
        try await Self.withServer { server in
            let garbage = try await server.exchange("\u{16}\u{3}\u{1} this is no HTTP\r\n\r\n")
            #expect(garbage.status == 400)
            #expect(garbage.hasLine("X-Content-Type-Options: nosniff"))
            let long = String(repeating: "a", count: 9000)
            #expect(try await server.exchange("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n").status == 431)
            #expect(try await server.exchange("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n").status == 431)
            let body = String(repeating: "b", count: 70_000)
            let large = try await server.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n\(body)")
            #expect(large.status == 413)
            #expect(try await server.get("/livez").status == 200)
        }
    }

    @Test func `a loop that hangs hangs no scrape`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let metrics = try await loop.submit {
            let metrics = LoopMetrics(routeCount: 2, upstreamCount: 2)
            metrics.connectionAccepted()
            return NIOLoopBound(metrics, eventLoop: loop)
        }.get()
        let worker = AdminWorker(heartbeat: LoopHeartbeat(), loop: loop, metrics: metrics)
        let hold = DispatchSemaphore(value: 0)
        try await Self.withServer([worker]) { server in
            let healthy = try await server.get("/metrics")
            #expect(healthy.body.contains("gatehouse_connections_accepted_total 1\n"))
            #expect(healthy.body.contains("gatehouse_scrape_loops_missing 0\n"))
            loop.execute { hold.wait() }
            defer { hold.signal() }
            let start = ContinuousClock.now
            let page = try await server.get("/metrics")
            #expect(ContinuousClock.now - start < .seconds(9))
            #expect(page.body.contains("gatehouse_connections_accepted_total 1\n"))
            #expect(page.body.contains("gatehouse_scrape_loops_missing 1\n"))
        }
        try await group.shutdownGracefully()
    }

    @Test func `connections over the limit are closed at once and make room when others end`() async throws {
        try await Self.withServer { server in
            let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            var channels: [any Channel] = []
            for _ in 0..<AdminServer.connectionLimit {
                channels.append(try await bootstrap.connect(host: "127.0.0.1", port: server.port).get())
            }
            let extra = try await bootstrap.connect(host: "127.0.0.1", port: server.port).get()
            try await extra.closeFuture.get()
            #expect(channels.allSatisfy { $0.isActive })
            for channel in channels {
                try await channel.close()
            }
            let isServed = await eventually { (try? await server.get("/livez"))?.status == 200 }
            #expect(isServed)
        }
    }

    @Test func `an address that is taken is an error that names it`() async throws {
        try await Self.withServer { server in
            let port = server.port
            let fault = await #expect(throws: AdminServer.Fault.self) {
                try await AdminServer.start(
                    .address(host: "127.0.0.1", port: port),
                    content: .ready([]),
                    patience: .seconds(120)
                )
            }
            let text = fault.map { "\($0)" } ?? ""
            #expect(text == "cannot listen on 127.0.0.1:\(port) (admin): Address already in use")
        }
    }

    @Test func `a Unix socket serves, too`() async throws {
        let folder = try LogFolder()
        let server = try await AdminServer.start(
            .unix(path: folder.file("admin.sock")),
            content: .ready([]),
            patience: .seconds(120)
        )
        #expect(server.address == "unix:\(folder.file("admin.sock"))")
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(unixDomainSocketPath: folder.file("admin.sock")).get()
        #expect(channel.isActive)
        await server.stop()
        try await channel.closeFuture.get()
    }

    @Test func `stopping ends connections that are open`() async throws {
        let server = try await AdminServer.start(
            .address(host: "127.0.0.1", port: 0),
            content: .ready([]),
            patience: .seconds(120)
        )
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: server.port).get()
        await server.stop()
        try await channel.closeFuture.get()
        await #expect(throws: (any Error).self) { try await server.get("/livez") }
    }

    @Test func `a connection without a whole request for ten seconds is closed`() throws {
        let channel = EmbeddedChannel()
        let endpoints = AdminEndpoints(.ready([]), loop: channel.embeddedEventLoop)
        try channel.pipeline.syncOperations.addHandler(AdminHandler(endpoints))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        try channel.writeInbound(HTTPServerRequestPart.head(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")))
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        #expect(channel.isActive)
        // The beginning of a request, or one byte now and then, buys no time.
        try channel.writeInbound(HTTPServerRequestPart.head(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")))
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    private static func withServer(
        _ workers: [AdminWorker] = [],
        _ body: (AdminServer) async throws -> Void
    ) async throws {
        let server = try await AdminServer.start(
            .address(host: "127.0.0.1", port: 0),
            content: .ready(workers),
            patience: .seconds(120)
        )
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }
}
