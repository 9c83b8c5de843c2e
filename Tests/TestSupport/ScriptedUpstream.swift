import Foundation
import Synchronization

/// A server whose every connection runs a script of the test on a thread of its own, and that keeps every byte it got.
package final class ScriptedUpstream: Sendable {
    /// What a test runs for each connection; returning closes it.
    package typealias Script = @Sendable (Conversation) throws -> Void

    /// What an upstream remembers.
    private struct Memory {
        var bytes: [UInt8] = []
        var connections: [WeakSocket] = []
        var accepted = 0
        var open = 0
        var targets: [String] = []
        var isStopped = false
        var events: [String] = []
    }

    /// A connection that its thread owns.
    private struct WeakSocket {
        weak let socket: Socket?
    }

    private let listener: Socket
    private let memory = Mutex(Memory())
    private let script: Script

    /// Listens on a port of the loopback address, a free one unless said.
    package init(port: Int = 0, script: @escaping Script) throws {
        listener = try Socket.listen(port: port == 0 ? FreePort.next() : port)
        self.script = script
        start()
    }

    /// Listens on a Unix socket at a path that does not exist yet.
    package init(path: String, script: @escaping Script) throws {
        listener = try Socket.listen(path: path)
        self.script = script
        start()
    }

    deinit { stop() }

    /// The port on which it listens.
    package var port: Int { listener.port }

    /// Every byte received so far, over all connections.
    package var transcript: [UInt8] { memory.withLock { $0.bytes } }

    /// How many connections were accepted so far.
    package var connectionCount: Int { memory.withLock { $0.accepted } }

    /// How many connections are open now.
    package var openCount: Int { memory.withLock { $0.open } }

    /// How many request heads came so far.
    package var requestCount: Int { memory.withLock { $0.targets.count } }

    /// The targets of all requests so far, in the order in which their heads came.
    package var targets: [String] { memory.withLock { $0.targets } }

    /// The notes that scripts made, in order.
    package var events: [String] { memory.withLock { $0.events } }

    /// Makes a note that the test can wait for.
    package func note(_ event: String) { memory.withLock { $0.events.append(event) } }

    /// Whether the bytes of a text ever arrived.
    package func saw(_ text: String) -> Bool {
        Wire.index(of: Wire.bytes(text), in: transcript) != nil
    }

    /// Stops listening and ends every connection; a second call does nothing.
    package func stop() {
        let sockets = memory.withLock { memory in
            memory.isStopped = true
            return memory.connections.compactMap(\.socket)
        }
        listener.interrupt()
        for socket in sockets { socket.interrupt() }
    }

    func record(_ bytes: [UInt8]) { memory.withLock { $0.bytes += bytes } }

    func recordRequest(target: String) { memory.withLock { $0.targets.append(target) } }

    private func start() {
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while let socket = listener.accept() {
                guard let self else { break }
                self.serve(socket)
            }
            listener.close()
        }
    }

    private func serve(_ socket: Socket) {
        let index = memory.withLock { memory -> Int? in
            guard !memory.isStopped else { return nil }
            memory.connections.removeAll { $0.socket == nil }
            memory.connections.append(WeakSocket(socket: socket))
            memory.accepted += 1
            memory.open += 1
            return memory.accepted - 1
        }
        guard let index else { return socket.close() }
        Thread.detachNewThread { [self] in
            // A script that throws met the end of its connection; what that means is for the test to say.
            try? script(Conversation(index: index, socket: socket, upstream: self))
            socket.close()
            memory.withLock { $0.open -= 1 }
        }
    }
}
