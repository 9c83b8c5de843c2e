import Foundation
import Glibc
import Synchronization

/// A server that speaks the Redis protocol as badly as a test wants, each connection on a thread of its own.
package final class FaultyRedis: Sendable {
    /// What the server does with each command; it may block.
    package typealias Behaviour = @Sendable (Call) -> Reply

    /// What the server remembers.
    private struct Memory {
        var behaviour: Behaviour
        var calls: [Call] = []
        var connections: [Connection] = []
        var accepted = 0
        var open = 0
        var isStopped = false
    }

    /// A connection that its thread owns.
    private struct Connection {
        weak let socket: Socket?
    }

    private let listener: Socket
    private let memory: Mutex<Memory>

    /// Listens on a port of the loopback address, a free one unless said.
    package init(port: Int = 0, _ behaviour: @escaping Behaviour = FaultyRedis.healthy) throws {
        listener = try Socket.listen(port: port == 0 ? FreePort.next() : port)
        memory = Mutex(Memory(behaviour: behaviour))
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while let socket = listener.accept() {
                guard let self else { break }
                self.serve(socket)
            }
            listener.close()
        }
    }

    deinit { stop() }

    /// The port on which it listens.
    package var port: Int { listener.port }

    /// The address as `127.0.0.1:PORT`.
    package var address: String { "127.0.0.1:\(port)" }

    /// The location of database 0.
    package var url: String { "redis://\(address)/0" }

    /// Every command received so far, in order.
    package var calls: [Call] { memory.withLock { $0.calls } }

    /// How many connections were accepted so far.
    package var connectionCount: Int { memory.withLock { $0.accepted } }

    /// How many connections are open now.
    package var openCount: Int { memory.withLock { $0.open } }

    /// Behaves otherwise from the next command on.
    package func become(_ behaviour: @escaping Behaviour) { memory.withLock { $0.behaviour = behaviour } }

    /// Ends every connection and goes on listening.
    package func dropConnections() {
        for socket in memory.withLock({ $0.connections.compactMap(\.socket) }) { socket.interrupt() }
    }

    /// Stops listening and ends every connection; a second call does nothing.
    package func stop() {
        memory.withLock { $0.isStopped = true }
        listener.interrupt()
        dropConnections()
    }

    private func serve(_ socket: Socket) {
        let index = memory.withLock { memory -> Int? in
            guard !memory.isStopped else { return nil }
            memory.connections.removeAll { $0.socket == nil }
            memory.connections.append(Connection(socket: socket))
            memory.accepted += 1
            memory.open += 1
            return memory.accepted - 1
        }
        guard let index else { return socket.close() }
        Thread.detachNewThread { [weak self] in
            // Whatever ends the connection, the test learns of it by looking at the client.
            try? Self.converse(on: socket, index: index) { self?.reply(to: $0) }
            socket.close()
            self?.memory.withLock { $0.open -= 1 }
        }
    }

    private func reply(to call: Call) -> Reply {
        let behaviour = memory.withLock { memory in
            memory.calls.append(call)
            return memory.behaviour
        }
        return behaviour(call)
    }

    private static func converse(on socket: Socket, index: Int, reply: (Call) -> Reply?) throws {
        let reader = RESPReader(socket)
        var number = 0
        while let command = try reader.valueOrEnd(within: Deadline(seconds: 600)) {
            let call = Call(connection: index, number: number, arguments: command.members.map { $0.text ?? "" })
            guard let reply = reply(call), try perform(reply, on: socket) else { return }
            number += 1
        }
    }

    /// Does what a reply says; false when that ended the connection.
    private static func perform(_ reply: Reply, on socket: Socket) throws -> Bool {
        switch reply {
        case .value(let value): try socket.send(value.encoded)
        case .bytes(let bytes): try socket.send(bytes)
        case .silence: break
        case .late(let seconds, let reply):
            pause(seconds)
            return try perform(reply, on: socket)
        case .trickle(let bytes, let seconds):
            for byte in bytes {
                try socket.send([byte])
                pause(seconds)
            }
        case .all(let replies): return try replies.allSatisfy { try perform($0, on: socket) }
        case .close: return false
        case .reset:
            socket.reset()
            return false
        }
        return true
    }

    private static func pause(_ seconds: Double) {
        // house: being late is the fault that the test asked for.
        usleep(UInt32(seconds * 1_000_000))
    }
}
