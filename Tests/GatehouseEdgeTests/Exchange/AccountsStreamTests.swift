import GatehouseCore
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import GatehouseEdge

/// Calls to an accounts service that a test plays, over streams in memory.
@Suite struct AccountsStreamTests {
    private static let login = "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// Runs on a loop of its own, since replies come back through one.
    private static func onLoop(
        _ service: PlayedService,
        _ body: @escaping @Sendable (EdgeWorld) throws -> MemoryClient
    ) async throws -> (client: [MemoryClient.Event], outstanding: Int, isQuiet: Bool) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let held = try await loop.submit {
            let world = try EdgeWorld(upstream: MemoryUpstream(), accounts: service, on: loop)
            return NIOLoopBoundBox((world, try body(world)), eventLoop: loop)
        }.get()
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if try await loop.submit({ held.value.1.isOver || held.value.0.isQuiet }).get() { break }
            await Task.yield()
        }
        let result = try await loop.submit {
            (held.value.1.events, held.value.1.outstanding, held.value.0.isQuiet)
        }.get()
        try await group.shutdownGracefully()
        return (client: result.0, outstanding: result.1, isQuiet: result.2)
    }

    @Test func `a call gets the whole body once, and its reply is the answer`() async throws {
        let service = PlayedService(.answer(LocalAnswer(status: 200, content: [0x7B, 0x7D])))
        let result = try await Self.onLoop(service) { world in
            let client = MemoryClient(Self.login, in: world)
            client.upload(wire("{\"a\":"))
            client.upload(wire("1}"))
            client.endRequest()
            return client
        }
        #expect(result.client == [.answer(200), .ended(requestIsComplete: true)])
        #expect(result.outstanding == 0 && result.isQuiet)
        #expect(service.bodies == [wire("{\"a\":1}")])
    }

    @Test func `a body over the limit is refused and never served`() async throws {
        let service = PlayedService(.answer(LocalAnswer(status: 200)))
        let result = try await Self.onLoop(service) { world in
            let client = MemoryClient(Self.login, in: world)
            for _ in 0..<5 {
                client.upload([UInt8](repeating: 0x20, count: 16 * 1024))
            }
            return client
        }
        #expect(result.client == [.answer(413), .ended(requestIsComplete: false)])
        #expect(service.bodies.isEmpty && result.isQuiet)
    }

    @Test func `a refusal of the service is rendered like every other`() async throws {
        let problem = FieldProblem(pointer: "/email", code: "required", detail: "This field is required.")
        let service = PlayedService(.refused(.fieldsInvalid, [problem]))
        let result = try await Self.onLoop(service) { world in
            let client = MemoryClient(Self.login, in: world)
            client.endRequest()
            return client
        }
        #expect(result.client == [.answer(422), .ended(requestIsComplete: true)])
    }

    @Test func `a client that goes away is not answered, and nothing is left behind`() async throws {
        let service = PlayedService(.answer(LocalAnswer(status: 200)))
        let result = try await Self.onLoop(service) { world in
            let client = MemoryClient(Self.login, in: world)
            client.endRequest()
            client.fail(.closed)
            return client
        }
        #expect(result.client == [.ended(requestIsComplete: true)] || result.client == [])
        #expect(result.isQuiet)
    }
}

/// An accounts service that always says the same.
private final class PlayedService: AccountsPort {
    private let reply: AccountsReply
    private let seen = Mutex<[[UInt8]]>([])

    init(_ reply: AccountsReply) {
        self.reply = reply
    }

    var bodies: [[UInt8]] {
        self.seen.withLock { $0 }
    }

    func serve(_ call: AccountsCall, content: [UInt8]) async -> AccountsReply {
        self.seen.withLock { $0.append(content) }
        return self.reply
    }
}
