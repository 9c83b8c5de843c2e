import GatehouseCore
import Testing

@testable import GatehouseEdge

/// Many streams on one connection, in memory: the exchange is the same for every codec.
@Suite struct InterleavedStreamsTests {
    /// One stream with what both sides still want to send.
    private struct Pair {
        let number: Int
        let client: MemoryClient
        let app: MemoryApp
        var upload: Int
        var download: Int
        var hasEndedRequest = false
        var hasAnswered = false
        var hasEndedAnswer = false

        /// Bytes of which any two places differ soon, so that content of another stream or place would show.
        private static let pattern: [UInt8] = {
            var dice = Dice(seed: 11)
            return (0..<400_000).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
        }()

        /// The content of a stream at these places.
        static func bytes(_ number: Int, _ range: Range<Int>) -> [UInt8] {
            let shift = number * 1_000
            return Array(Pair.pattern[(range.lowerBound + shift)..<(range.upperBound + shift)])
        }

        var isDone: Bool { self.client.isOver && self.hasEndedRequest }
    }

    private static let piece = 16 * 1024

    private static func pairs(
        _ count: Int,
        _ world: EdgeWorld,
        _ upstream: MemoryUpstream,
        _ dice: inout Dice
    ) throws -> [Pair] {
        try (0..<count).map { number in
            let head = "POST /open/\(number) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            let client = MemoryClient(head, in: world)
            return Pair(
                number: number,
                client: client,
                app: try #require(upstream.last),
                upload: Int.random(in: 0...200_000, using: &dice),
                download: Int.random(in: 0...200_000, using: &dice)
            )
        }
    }

    /// Lets one side of one stream do one thing.
    private static func step(_ pair: inout Pair, _ dice: inout Dice) {
        switch Int.random(in: 0..<6, using: &dice) {
        case 0:
            let size = min(pair.upload - pair.client.sent, Int.random(in: 1...piece, using: &dice))
            if size > 0 {
                pair.client.upload(Pair.bytes(pair.number, pair.client.sent..<(pair.client.sent + size)))
            } else if !pair.hasEndedRequest {
                pair.hasEndedRequest = true
                pair.client.endRequest()
            }
        case 1: pair.app.take(Int.random(in: 1...2 * piece, using: &dice))
        case 2:
            if !pair.hasAnswered {
                pair.hasAnswered = true
                pair.app.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            }
        case 3:
            guard pair.hasAnswered, !pair.hasEndedAnswer else { return }
            let size = min(pair.download - pair.app.sent, Int.random(in: 1...piece, using: &dice))
            if size > 0 {
                pair.app.download(Pair.bytes(pair.number, pair.app.sent..<(pair.app.sent + size)))
            } else if pair.hasEndedRequest {
                // The answer ends last here: one that ends first ends the exchange.
                pair.hasEndedAnswer = true
                pair.app.endAnswer()
            }
        default: pair.client.take(Int.random(in: 1...2 * piece, using: &dice))
        }
    }

    @Test func `100 streams in any order carry their own bytes, no more than a window and a piece each way`() throws {
        let upstream = MemoryUpstream()
        let world = try EdgeWorld(upstream: upstream)
        var dice = Dice(seed: 100)
        var pairs = try Self.pairs(100, world, upstream, &dice)
        #expect(world.loop.activity.exchanges == 100)
        var steps = 0
        while steps < 1_000_000, pairs.contains(where: { !$0.isDone }) {
            steps += 1
            Self.step(&pairs[Int.random(in: 0..<pairs.count, using: &dice)], &dice)
        }
        for pair in pairs {
            #expect(pair.app.target == "/open/\(pair.number)")
            #expect(pair.app.content == Pair.bytes(pair.number, 0..<pair.upload))
            #expect(pair.client.content == Pair.bytes(pair.number, 0..<pair.download))
            #expect(pair.client.mostOutstanding <= EdgeLimits.window + Self.piece)
            #expect(pair.app.mostOutstanding <= EdgeLimits.window + Self.piece)
            #expect(pair.client.events == [.head(200, ends: false), .end, .ended(requestIsComplete: true)])
            #expect(pair.client.exchange?.record.bytesIn == pair.upload)
            #expect(pair.client.exchange?.record.bytesOut == pair.download)
        }
        #expect(world.isQuiet && world.records.ended == 100)
    }

    @Test func `streams that stall hold a window and a piece, and the others go on`() throws {
        let upstream = MemoryUpstream()
        let world = try EdgeWorld(upstream: upstream)
        let stalled = try (0..<50).map { number in
            let client = MemoryClient(
                "POST /open/\(number) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                in: world
            )
            return (client: client, app: try #require(upstream.last))
        }
        for pair in stalled {
            pair.app.answer("HTTP/1.1 200 OK\r\n\r\n")
            let piece = [UInt8](repeating: 1, count: Self.piece)
            while pair.client.upload(piece) {}
            while pair.app.download(piece) {}
            #expect(pair.app.held > EdgeLimits.window && pair.app.held <= EdgeLimits.window + Self.piece)
            #expect(pair.client.held > EdgeLimits.window && pair.client.held <= EdgeLimits.window + Self.piece)
        }
        for _ in 0..<20 {
            let client = MemoryClient("GET /open/x HTTP/1.1\r\nHost: a\r\n\r\n", in: world)
            upstream.last?.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
            upstream.last?.download(wire("ok"))
            upstream.last?.endAnswer()
            client.take(2)
            #expect(client.events.last == .ended(requestIsComplete: true))
        }
        // A little that is taken gives so much credit and no more.
        stalled[0].app.take(1000)
        #expect(stalled[0].client.outstanding == stalled[0].app.held)
        for pair in stalled { pair.client.fail(.closed) }
        #expect(stalled.allSatisfy { $0.app.isAborted })
        #expect(world.isQuiet && world.records.ended == 70)
    }

    @Test func `streams that break at random leave nothing behind`() throws {
        let upstream = MemoryUpstream()
        let world = try EdgeWorld(upstream: upstream)
        var dice = Dice(seed: 3)
        for _ in 0..<10 {
            var pairs = try Self.pairs(20, world, upstream, &dice)
            for _ in 0..<2_000 {
                let place = Int.random(in: 0..<pairs.count, using: &dice)
                Self.step(&pairs[place], &dice)
                guard Int.random(in: 0..<40, using: &dice) == 0 else { continue }
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: pairs[place].client.fail(.closed)
                case 1: pairs[place].client.fail(.refused(.malformed(.chunk)))
                case 2: pairs[place].app.fail(.closedMidBody)
                default: pairs[place].app.fail(.closedBeforeHead, isStale: true)
                }
            }
            for pair in pairs { pair.client.fail(.closed) }
            #expect(world.isQuiet)
        }
        #expect(world.records.ended == 200)
    }
}
