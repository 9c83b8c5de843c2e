import GatehouseCore
import NIOCore
import Testing

@testable import GatehouseEdge

/// Exchanges whose quotas take their time.
@Suite struct ExchangeQuotaTests {
    private static let post = "POST /open/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test func `a request waits for its quotas, and its content is held without credit`() throws {
        let upstream = MemoryUpstream()
        let store = SlowQuotas()
        let world = try EdgeWorld(upstream: upstream, quotas: store)
        let client = MemoryClient(Self.post, in: world)
        client.upload(wire("hel"))
        client.upload(wire("lo"))
        client.endRequest()
        #expect(upstream.streams.isEmpty)
        #expect(client.outstanding == 5)
        store.answer(isAllowed: true)
        let app = try #require(upstream.last)
        #expect(wireText(app.content) == "hello" && app.hasEnded)
        app.take(5)
        #expect(client.outstanding == 0)
        app.answer("HTTP/1.1 204 X\r\n\r\n", ends: true)
        #expect(client.fieldsOfAnswer.contains("RateLimit") && client.fieldsOfAnswer.contains("RateLimit-Policy"))
        #expect(world.isQuiet)
    }

    @Test func `a refused request gives back the credit of what was held`() throws {
        let upstream = MemoryUpstream()
        let store = SlowQuotas()
        let world = try EdgeWorld(upstream: upstream, quotas: store)
        let client = MemoryClient(Self.post, in: world)
        client.upload(wire("hello"))
        store.answer(isAllowed: false)
        #expect(client.events == [.answer(429), .ended(requestIsComplete: false)])
        #expect(client.outstanding == 0)
        #expect(upstream.streams.isEmpty)
        #expect(world.isQuiet)
    }

    @Test func `a client that goes away while its request waits is forgotten`() throws {
        let store = SlowQuotas()
        let world = try EdgeWorld(upstream: MemoryUpstream(), quotas: store)
        let client = MemoryClient(Self.post, in: world)
        client.fail(.closed)
        #expect(store.forgotten == 1)
        #expect(world.isQuiet)
        // A store that did not listen changes nothing.
        store.answer(isAllowed: true)
        #expect(world.isQuiet)
    }

    @Test func `the drain deadline ends a request that waits`() throws {
        let store = SlowQuotas()
        let world = try EdgeWorld(upstream: MemoryUpstream(), quotas: store)
        let client = MemoryClient(Self.post, in: world)
        world.loop.endAll()
        #expect(client.events == [.answer(503), .ended(requestIsComplete: false)])
        #expect(store.forgotten == 1 && world.isQuiet)
    }

    @Test func `a body over the limit ends a request that waits`() throws {
        let store = SlowQuotas()
        let upstream = MemoryUpstream()
        let world = try EdgeWorld(upstream: upstream, requestBody: 4, quotas: store)
        let client = MemoryClient(Self.post, in: world)
        client.upload(wire("hello"))
        #expect(client.events == [.answer(413), .ended(requestIsComplete: false)])
        store.answer(isAllowed: true)
        #expect(upstream.streams.isEmpty && world.isQuiet)
    }

    @Test func `the client is told to go on only once the quotas have room`() throws {
        let store = SlowQuotas()
        let world = try EdgeWorld(upstream: MemoryUpstream(), quotas: store)
        let text = "POST /open/a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        let client = MemoryClient(text, in: world)
        #expect(client.events == [])
        store.answer(isAllowed: true)
        #expect(client.events == [.goOn])
    }
}

/// A store that answers when the test says so, one waiter at a time.
private final class SlowQuotas: QuotaStore {
    private var waiter: (any QuotaWaiter)?
    private(set) var forgotten = 0

    var facts: QuotaFacts { QuotaFacts(isUp: true) }

    func start(on loop: LoopContext, eventLoop: any EventLoop) {}

    func take(_ charges: QuotaCharges, isGuarded: Bool, for waiter: any QuotaWaiter) -> QuotaOutcome? {
        self.waiter = waiter
        return nil
    }

    func forget(_ waiter: any QuotaWaiter) {
        self.forgotten += 1
    }

    func giveBack(_ refund: QuotaRefund) {}

    func stop() {}

    func answer(isAllowed: Bool) {
        var outcome = QuotaOutcome(.store)
        outcome[0] = QuotaState(isAllowed: isAllowed, remaining: isAllowed ? 1 : 0, seconds: 30)
        self.waiter?.quotasTaken(outcome)
    }
}
