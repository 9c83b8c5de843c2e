import GatehouseCore
import NIOCore
import Testing

@testable import GatehouseEdge

/// What a loop keeps: lists, buffers and heads.
@Suite struct LoopContextTests {
    /// A connection that counts what it is asked to do.
    private final class Counted: LoopConnection {
        var slot = -1
        let isClient: Bool
        private(set) var flushes = 0
        private(set) var sweeps = 0
        private(set) var drains = 0
        private(set) var closes = 0
        var whenFlushed: (() -> Void)?
        var whenSwept: (() -> Void)?

        init(isClient: Bool = true) { self.isClient = isClient }

        func flush() {
            self.flushes += 1
            let body = self.whenFlushed
            self.whenFlushed = nil
            body?()
        }

        func sweep(_ now: UInt64) {
            self.sweeps += 1
            self.whenSwept?()
        }

        func drain() { self.drains += 1 }
        func close() { self.closes += 1 }
    }

    private static func loop() throws -> LoopContext {
        try EdgeWorld(upstream: MemoryUpstream()).loop
    }

    @Test func `connections come and go in any order, and the sweep sees those that are there`() throws {
        let loop = try Self.loop()
        let connections = (0..<10).map { _ in Counted() }
        for connection in connections { loop.add(connection) }
        #expect(loop.activity.connections == 10)
        for place in [0, 9, 4, 4, 5] { loop.remove(connections[place]) }
        #expect(loop.activity.connections == 6)
        loop.sweep()
        #expect(connections.map(\.sweeps) == [0, 1, 1, 1, 0, 0, 1, 1, 1, 0])
        loop.add(connections[0])
        #expect(loop.activity.connections == 7)
    }

    @Test func `connections may leave while they are swept`() throws {
        let loop = try Self.loop()
        let connections = (0..<10).map { _ in Counted() }
        for connection in connections {
            loop.add(connection)
            connection.whenSwept = { for other in connections { loop.remove(other) } }
        }
        loop.sweep()
        #expect(loop.activity.connections == 0)
        #expect(connections.reduce(0) { $0 + $1.sweeps } == 1)
    }

    @Test func `connections to apps are not counted as clients`() throws {
        let loop = try Self.loop()
        loop.add(Counted(isClient: false))
        loop.add(Counted())
        #expect(loop.activity.connections == 1)
    }

    @Test func `what a flush brings on is flushed in the same turn`() throws {
        let loop = try Self.loop()
        let first = Counted()
        let second = Counted()
        first.whenFlushed = { loop.markDirty(second) }
        second.whenFlushed = { loop.markDirty(first) }
        loop.markDirty(first)
        loop.flush()
        #expect(first.flushes == 2 && second.flushes == 1)
        loop.flush()
        #expect(first.flushes == 2)
    }

    @Test func `draining is told to every connection once and is remembered`() throws {
        let loop = try Self.loop()
        let connections = (0..<3).map { _ in Counted() }
        for connection in connections { loop.add(connection) }
        #expect(!loop.isDraining)
        loop.drain()
        #expect(loop.isDraining && connections.allSatisfy { $0.drains == 1 })
        loop.endAll()
        #expect(connections.allSatisfy { $0.closes == 1 })
    }

    @Test func `a head that was given back is empty, and one that grew large is not kept`() throws {
        let loop = try Self.loop()
        let head = RequestHead.parsed("POST /open/a?b HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nContent-Length: 5\r\n\r\n")
        head.added.append(.xRequestID, "x" as String)
        loop.giveBack(head)
        let again = loop.takeHead()
        #expect(again === head)
        #expect(again.bytes.isEmpty && again.fields.isEmpty && again.added.isEmpty && again.path.isEmpty)
        #expect(again.method == .other && again.body == .none && !again.acceptsTrailers)
        #expect(!again.present.contains(.host))
        again.bytes = [UInt8](repeating: 0, count: 100_000)
        loop.giveBack(again)
        #expect(loop.takeHead() !== head)
    }

    @Test func `an output buffer that was given back is empty, and one that grew large is not kept`() throws {
        let loop = try Self.loop()
        var buffer = loop.takeBuffer()
        buffer.writeString("left over")
        loop.giveBack(buffer)
        #expect(loop.takeBuffer().readableBytes == 0)
        var large = ByteBuffer()
        large.writeRepeatingByte(1, count: 200_000)
        loop.giveBack(large)
        #expect(loop.takeBuffer().capacity < 200_000)
    }

    @Test func `the clock runs, and the date is as old as the last tick`() throws {
        let loop = try Self.loop()
        let before = loop.now
        loop.tick()
        #expect(loop.now >= before && before > 0)
        var date: [UInt8] = []
        HTTPDate.write(loop.wallSeconds, to: &date)
        #expect(loop.date == date)
        #expect(loop.wallMilliseconds / 1000 == loop.wallSeconds)
    }
}
