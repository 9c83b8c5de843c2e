import NIOCore
import NIOEmbedded
import Testing

@testable import GatehouseEdge

@Suite struct IdleTLSBuffersTests {
    @Test func `pages go after a second without a request, once for each time that the connection is idle`() throws {
        let idle = try IdleDouble()
        #expect((1...5).allSatisfy { _ in idle.sweep().releases == 0 })
        #expect(idle.sweep().releases == 1)
        #expect((1...20).allSatisfy { _ in idle.sweep().releases == 1 })
        idle.buffers.noteActivity()
        #expect((1...5).allSatisfy { _ in idle.sweep().releases == 1 })
        #expect(idle.sweep().releases == 2)
    }

    @Test func `a connection that is busy, or was a moment ago, keeps its pages`() throws {
        let idle = try IdleDouble()
        for _ in 1...10 {
            #expect((1...5).allSatisfy { _ in idle.sweep().releases == 0 })
            #expect(idle.sweep(isIdle: false).releases == 0)
        }
        for _ in 1...10 {
            #expect((1...5).allSatisfy { _ in idle.sweep().releases == 0 })
            idle.buffers.noteActivity()
        }
    }

    @Test func `nothing goes while bytes wait for the socket`() throws {
        let idle = try IdleDouble()
        idle.channel.write(ByteBuffer(string: "not flushed"), promise: nil)
        #expect((1...20).allSatisfy { _ in idle.sweep().releases == 0 })
        idle.channel.flush()
        #expect(idle.sweep().releases == 1)
    }

    @Test func `content that may be waiting for the app stays until the handler has its buffer for itself`() throws {
        let idle = try IdleDouble()
        idle.buffers.notePassedOn(HTTP1AnswerWriter.copyLimit + 1)
        idle.handler.fill(7)
        #expect((1...6).map { _ in idle.sweep().releases }.last == 1)
        #expect(idle.handler.hold(0, 7))
        // A copy proves nothing.
        idle.buffers.noteActivity()
        idle.buffers.noteRead(ByteBuffer(string: "read into another buffer"))
        #expect((1...6).map { _ in idle.sweep().releases }.last == 2)
        #expect(idle.handler.hold(0, 7))
        idle.buffers.noteActivity()
        idle.readIntoSlot()
        #expect((1...6).map { _ in idle.sweep().releases }.last == 3)
        #expect(idle.handler.hold(0, 0))
    }

    @Test func `small content is no reason to keep anything`() throws {
        let idle = try IdleDouble()
        idle.buffers.notePassedOn(HTTP1AnswerWriter.copyLimit)
        idle.handler.fill(7)
        #expect((1...6).map { _ in idle.sweep().releases }.last == 1)
        #expect(idle.handler.hold(0, 0))
    }

    @Test func `a loop drops the pages of so many connections in one sweep, and of the others in the next`() throws {
        let world = try EdgeWorld(upstream: MemoryUpstream())
        let taken = (1...1000).count { _ in world.loop.takePageRelease() }
        #expect(taken == 256)
        world.loop.sweep()
        #expect(world.loop.takePageRelease())
    }
}

/// A connection's buffers without the connection.
private final class IdleDouble {
    let arena = TLSBufferArena(limit: 1)
    let channel = EmbeddedChannel()
    let handler: HandlerBuffers
    var buffers: IdleTLSBuffers
    private let world = try? EdgeWorld(upstream: MemoryUpstream())

    init() throws {
        self.handler = try #require(HandlerBuffers(in: self.arena))
        self.buffers = IdleTLSBuffers(self.handler.lease, of: self.arena)
    }

    deinit {
        self.handler.end()
        _ = try? self.channel.finish(acceptAlreadyClosed: true)
    }

    func sweep(isIdle: Bool = true) -> (slots: Int, buffers: Int, releases: Int) {
        guard let loop = self.world?.loop else { return (0, 0, -1) }
        loop.sweep()
        self.buffers.sweep(isIdle: isIdle, channel: self.channel, loop: loop)
        return self.arena.usage
    }

    /// Tells of bytes that lie in the slot.
    func readIntoSlot() {
        self.buffers.noteRead(at: self.handler.plaintext)
    }
}
