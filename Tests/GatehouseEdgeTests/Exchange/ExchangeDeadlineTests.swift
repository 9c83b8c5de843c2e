import GatehouseCore
import Testing

@testable import GatehouseEdge

/// The clocks of an exchange, with a time that the test makes.
@Suite struct ExchangeDeadlineTests {
    private static let second: UInt64 = 1_000_000_000
    private static let start: UInt64 = 1_000 * second

    private static func forwarded(response: UInt64 = 30, idle: UInt64 = 30) -> ExchangeDeadlines {
        var limits = EdgeLimits()
        limits.bodyIdleTimeout = idle * self.second
        var timings = UpstreamTimings()
        timings.responseTimeout = response * self.second
        var deadlines = ExchangeDeadlines()
        deadlines.forwarded(self.start, limits: limits, upstream: timings)
        return deadlines
    }

    private static func at(_ seconds: UInt64) -> UInt64 { self.start + seconds * self.second }

    @Test func `an app that owes its head is given its time and no more`() {
        var deadlines = Self.forwarded()
        deadlines.requestEnded(Self.at(1))
        #expect(deadlines.passed(Self.at(31), isRequestOwed: false) == .none)
        #expect(deadlines.passed(Self.at(32), isRequestOwed: false) == .response)
        deadlines.answered()
        #expect(deadlines.passed(Self.at(1_000_000), isRequestOwed: false) == .none)
    }

    @Test func `an app that takes content is alive, and its head is due later`() {
        var deadlines = Self.forwarded()
        deadlines.requestProgressed(10, Self.at(20))
        deadlines.appProgressed(pending: 5, Self.at(29))
        #expect(deadlines.passed(Self.at(59), isRequestOwed: false) == .none)
        #expect(deadlines.passed(Self.at(60), isRequestOwed: false) == .response)
    }

    @Test func `D-02: a client that owes content is given the idle time, whatever the app's may be`() {
        var deadlines = Self.forwarded(response: 5, idle: 30)
        deadlines.requestProgressed(10_000, Self.at(1))
        deadlines.appProgressed(pending: 0, Self.at(1))
        #expect(deadlines.passed(Self.at(20), isRequestOwed: true) == .none)
        #expect(deadlines.passed(Self.at(31), isRequestOwed: true) == .none)
        #expect(deadlines.passed(Self.at(32), isRequestOwed: true) == .request)
    }

    @Test func `D-02: one byte now and then is no progress`() {
        var deadlines = Self.forwarded()
        for time in stride(from: UInt64(2), through: 20, by: 2) {
            deadlines.requestProgressed(1, Self.at(time))
            deadlines.appProgressed(pending: 0, Self.at(time))
            #expect(deadlines.passed(Self.at(time), isRequestOwed: true) == .none)
        }
        deadlines.requestProgressed(1, Self.at(21))
        deadlines.appProgressed(pending: 0, Self.at(21))
        #expect(deadlines.passed(Self.at(22), isRequestOwed: true) == .request)
    }

    @Test func `a client at the minimum rate is served as long as it likes`() {
        var deadlines = Self.forwarded()
        for time in UInt64(1)...600 {
            deadlines.requestProgressed(250, Self.at(time))
            deadlines.appProgressed(pending: 0, Self.at(time))
            #expect(deadlines.passed(Self.at(time), isRequestOwed: true) == .none)
        }
    }

    @Test func `time in which the app takes nothing is not held against the client`() {
        var deadlines = Self.forwarded()
        deadlines.requestProgressed(100, Self.at(1))
        #expect(deadlines.passed(Self.at(29), isRequestOwed: false) == .none)
        deadlines.appProgressed(pending: 0, Self.at(29))
        #expect(deadlines.passed(Self.at(30), isRequestOwed: true) == .none)
        #expect(deadlines.passed(Self.at(58), isRequestOwed: true) != .response)
    }

    @Test func `an app that takes nothing of the body is given up, also behind its head`() {
        var deadlines = Self.forwarded(response: 60, idle: 10)
        deadlines.answered()
        deadlines.requestProgressed(1000, Self.at(1))
        deadlines.requestProgressed(1000, Self.at(2))
        #expect(deadlines.passed(Self.at(11), isRequestOwed: false) == .none)
        #expect(deadlines.passed(Self.at(12), isRequestOwed: false) == .response)
        deadlines.appProgressed(pending: 1000, Self.at(11))
        #expect(deadlines.passed(Self.at(20), isRequestOwed: false) == .none)
        deadlines.appProgressed(pending: 0, Self.at(20))
        #expect(deadlines.passed(Self.at(25), isRequestOwed: false) == .none)
    }

    @Test func `D-03: a client that takes nothing, or next to nothing, of the answer is given up`() {
        var deadlines = Self.forwarded()
        deadlines.answered()
        deadlines.answerPending(Self.at(1))
        #expect(deadlines.passed(Self.at(31), isRequestOwed: false) == .none)
        #expect(deadlines.passed(Self.at(32), isRequestOwed: false) == .write)
        for time in UInt64(2)...20 { deadlines.answerProgressed(10, pending: 1, Self.at(time)) }
        #expect(deadlines.passed(Self.at(20), isRequestOwed: false) == .none)
        #expect(deadlines.passed(Self.at(22), isRequestOwed: false) == .write)
    }

    @Test func `a client that took all there was owes nothing, however long the app is silent`() {
        var deadlines = Self.forwarded()
        deadlines.answered()
        deadlines.answerPending(Self.at(1))
        deadlines.answerProgressed(10, pending: 0, Self.at(2))
        #expect(deadlines.passed(Self.at(100_000), isRequestOwed: false) == .none)
        deadlines.answerPending(Self.at(100_000))
        #expect(deadlines.passed(Self.at(100_029), isRequestOwed: false) == .none)
    }
}

/// What a sweep does to an exchange.
@Suite struct ExchangeSweepTests {
    @Test func `a deadline of the app that passed is 504, one of the client 408, and one of the writing a cut`() throws
    {
        var timings = UpstreamTimings()
        timings.responseTimeout = 1
        var limits = EdgeLimits()
        let get = "GET /open/a HTTP/1.1\r\nHost: a\r\n\r\n"
        let late = try ExchangeFailureTests.UpstreamWorld(get, timings: timings)
        late.world.loop.sweep()
        #expect(late.client.events == [.answer(504), .ended(requestIsComplete: true)])
        #expect(late.app.isAborted)

        limits.bodyIdleTimeout = 1
        let post = "POST /open/a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
        let owing = try ExchangeFailureTests.UpstreamWorld(post, limits: limits)
        owing.world.loop.sweep()
        #expect(owing.client.events == [.answer(408), .ended(requestIsComplete: false)])
        #expect(owing.client.exchange?.record.ending == .clientTimedOut)
        #expect(owing.app.isAborted)

        let stalled = try ExchangeFailureTests.UpstreamWorld(get, limits: limits)
        stalled.app.answer("HTTP/1.1 200 OK\r\n\r\n")
        stalled.app.download(wire("abc"))
        stalled.world.loop.sweep()
        #expect(stalled.client.events == [.head(200, ends: false), .abort])
        #expect(stalled.client.exchange?.record.ending == .clientTimedOut)
        #expect(stalled.app.isAborted)
        for parts in [late, owing, stalled] { #expect(parts.world.isQuiet && parts.world.records.ended == 1) }
    }
}
