import Testing

@testable import GatehouseEdge

/// Real connections over TLS whose buffers drop their pages; one test at a time, since they count what the process has.
@Suite(.serialized) struct IdleConnectionTests {
    private let arena = TLSBufferArena.shared

    @Test func `a connection answers right after its pages went, to any request, time and again`() async throws {
        try await TLSEdge.run { edge in
            let client = try await edge.connect()
            let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let requests: [(path: String, content: [UInt8])] = [
                ("/open/0", []), ("/open/200000", []), ("/open/0", Array("small".utf8)), ("/open/0", large),
                ("/open/9", []),
            ]
            for (path, content) in requests {
                let size = Int(path.split(separator: "/").last ?? "") ?? 0
                let told = TLSEdge.told(path, content) + String(repeating: "a", count: size)
                #expect(try await client.ask(path, content: content) == told)
                let released = await self.untilReleased(1)
                #expect(released, "\(path)")
            }
            await client.close()
        }
        #expect(await self.isEmpty)
    }

    @Test func `pipelined requests, and one in two parts around an idle second, lose nothing`() async throws {
        try await TLSEdge.run { edge in
            let client = try await edge.connect()
            #expect(try await client.ask("/open/1") == TLSEdge.told("/open/1", []) + "a")
            #expect(await self.untilReleased(1))
            let requests = (1...40).map { "GET /open/\($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
            try await client.send(requests.joined())
            for size in 1...40 {
                let told = TLSEdge.told("/open/\(size)", []) + String(repeating: "a", count: size)
                #expect(try await client.answer() == told)
            }
            let other = try await edge.connect()
            try await client.send("GET /open/0 HTTP/1.1\r\nHo")
            // The other one is idle for longer than the first has been waiting for the rest of its head.
            #expect(try await other.ask("/open/0") == TLSEdge.told("/open/0", []))
            #expect(await self.untilReleased(1))
            try await client.send("st: localhost\r\n\r\n")
            #expect(try await client.answer() == TLSEdge.told("/open/0", []))
            await client.close()
            await other.close()
        }
        #expect(await self.isEmpty)
    }

    @Test func `connections on several loops have a slot each, and give them back however they end`() async throws {
        try await TLSEdge.run(workers: 3) { edge in
            var clients: [TLSEdgeClient] = []
            for _ in 0..<60 {
                clients.append(try await edge.connect())
            }
            let before = self.arena.usage.releases
            for client in clients {
                #expect(try await client.ask("/open/5") == TLSEdge.told("/open/5", []) + "aaaaa")
            }
            // Both buffers of each: the sizes that the handler asks for are those that the arena knows.
            #expect(self.arena.usage.slots == 60 && self.arena.usage.buffers == 120)
            let released = await eventually { self.arena.usage.releases >= before + 60 }
            #expect(released)
            for client in clients.prefix(30) {
                await client.close()
            }
            #expect(await eventually { self.arena.usage.slots == 30 })
            for client in clients.suffix(30) {
                #expect(try await client.ask("/open/2") == TLSEdge.told("/open/2", []) + "aa")
            }
            for _ in 0..<30 {
                let client = try await edge.connect()
                #expect(try await client.ask("/open/0") == TLSEdge.told("/open/0", []))
            }
            // Those that are open now end with the server.
        }
        #expect(await self.isEmpty)
    }

    @Test func `a connection that ends in its handshake leaves nothing behind`() async throws {
        try await TLSEdge.run { edge in
            for _ in 0..<20 {
                await (try edge.connect()).close()
            }
            #expect(await self.isEmpty)
        }
    }

    /// Whether no slot and no buffer is in use any more, at the latest after a while.
    private var isEmpty: Bool {
        get async {
            await eventually { self.arena.usage.slots == 0 && self.arena.usage.buffers == 0 }
        }
    }

    /// Waits until so many more connections have dropped their pages.
    private func untilReleased(_ count: Int) async -> Bool {
        let before = self.arena.usage.releases
        return await eventually { self.arena.usage.releases >= before + count }
    }
}
