/// Reads values of the Redis protocol, version 2, from a socket.
///
/// Used from one thread.
package final class RESPReader {
    private let socket: Socket
    private var buffer: [UInt8] = []

    /// Makes a reader of everything that the socket still receives.
    package init(_ socket: Socket) {
        self.socket = socket
    }

    /// Reads one value.
    ///
    /// - Throws: `SupportFailure` when the bytes are no value or the stream ends, `SocketEnd` when nothing comes.
    package func value(within deadline: Deadline) throws -> RESPValue {
        guard let value = try valueOrEnd(within: deadline) else { throw SupportFailure("the stream ended") }
        return value
    }

    /// Reads one value; nil when the peer closed in order before its first byte.
    package func valueOrEnd(within deadline: Deadline) throws -> RESPValue? {
        guard let line = try line(within: deadline) else { return nil }
        let rest = String(line.dropFirst())
        switch line.first {
        case "+": return .simple(rest)
        case "-": return .error(rest)
        case ":": return .integer(try number(rest))
        case "$":
            let count = try number(rest)
            guard count >= 0 else { return .bulk(nil) }
            return .bulk(try bytes(count, within: deadline))
        case "*":
            let count = try number(rest)
            guard count >= 0 else { return .array(nil) }
            return .array(try (0..<count).map { _ in try value(within: deadline) })
        default: throw SupportFailure("no value of the Redis protocol: '\(line)'")
        }
    }

    private func line(within deadline: Deadline) throws -> String? {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                guard end > 0, buffer[end - 1] == 0x0D else { throw SupportFailure("a line ended by a bare LF") }
                let text = String(decoding: buffer[..<(end - 1)], as: UTF8.self)
                buffer.removeFirst(end + 1)
                return text
            }
            if try !fill(within: deadline) {
                guard buffer.isEmpty else { throw SupportFailure("the stream ended within a line") }
                return nil
            }
        }
    }

    private func bytes(_ count: Int, within deadline: Deadline) throws -> [UInt8] {
        while buffer.count < count + 2 {
            guard try fill(within: deadline) else { throw SupportFailure("the stream ended within a bulk string") }
        }
        let bytes = Array(buffer.prefix(count))
        buffer.removeFirst(count + 2)
        return bytes
    }

    private func fill(within deadline: Deadline) throws -> Bool {
        let bytes = try socket.receive(within: deadline)
        buffer += bytes
        return !bytes.isEmpty
    }

    private func number(_ text: String) throws -> Int {
        guard let number = Int(text), number < 1 << 30 else { throw SupportFailure("no length: '\(text)'") }
        return number
    }
}
