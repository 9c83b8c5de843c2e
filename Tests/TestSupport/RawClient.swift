/// A client that sends exactly the bytes it is told and reads answers strictly.
///
/// Every read has a deadline, so that a server that hangs fails the test and does not hang it. Used from one thread.
package final class RawClient {
    /// How a connection came to its end.
    package enum Ending: Sendable, Equatable {
        /// The peer closed in order.
        case closed
        /// The peer reset the connection.
        case reset
        /// Nothing happened before the deadline.
        case stillOpen
    }

    /// The connection, for tests that need the descriptor.
    package let socket: Socket
    private let reader: MessageReader
    private let seconds: Double

    /// Connects to a port of the loopback address.
    ///
    /// - Parameters:
    ///   - port: where to connect.
    ///   - seconds: how long each read may take.
    ///   - receiveBuffer: the size of the kernel's receive buffer, for slow readers.
    /// - Throws: `SupportFailure` when nobody listens there.
    package init(port: Int, seconds: Double = 10, receiveBuffer: Int? = nil) throws {
        socket = try Socket.connect(port: port, receiveBuffer: receiveBuffer)
        reader = MessageReader(socket)
        self.seconds = seconds
    }

    /// Sends a text of which every scalar is one byte.
    package func send(_ text: String) throws { try send(Wire.bytes(text)) }

    /// Sends bytes as they are.
    package func send(_ bytes: [UInt8]) throws {
        try socket.send(bytes, within: Deadline(seconds: seconds))
    }

    /// Sends what the peer is willing to take; a peer that already closed is no failure.
    package func sendAsFarAsTaken(_ bytes: [UInt8]) {
        try? socket.send(bytes, within: Deadline(seconds: seconds))
    }

    /// Ends the sending side and leaves the other open.
    package func finishSending() { socket.finishSending() }

    /// Reads one final answer, collecting the interim ones before it.
    ///
    /// - Parameter method: the method that was asked; an answer to HEAD has no body.
    /// - Returns: the answer.
    /// - Throws: `SupportFailure` when the answer is not HTTP or ends early, `SocketEnd` when none comes.
    package func answer(to method: String = "GET") throws -> Answer {
        var answer = try head(of: method)
        let deadline = Deadline(seconds: seconds)
        switch answer.framing {
        case .none: break
        case .length(let count): answer.body = try reader.bytes(count, within: deadline)
        case .close: answer.body = try reader.rest(within: deadline)
        case .chunked:
            let (body, trailers) = try reader.chunked(within: deadline)
            answer.body = body
            answer.trailers = trailers
        }
        return answer
    }

    /// Reads the head of one final answer and leaves its body unread.
    package func head(of method: String = "GET") throws -> Answer {
        var interim: [Answer] = []
        while true {
            var answer = try nextHead(of: method)
            guard answer.status / 100 == 1 else {
                answer.interim = interim
                return answer
            }
            interim.append(answer)
        }
    }

    /// Reads one head, an interim one too.
    package func nextHead(of method: String = "GET") throws -> Answer {
        let deadline = Deadline(seconds: seconds)
        guard let line = try reader.line(within: deadline) else {
            throw SupportFailure("the connection was closed without an answer")
        }
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, ["HTTP/1.1", "HTTP/1.0"].contains(parts[0]), parts[1].utf8.count == 3,
            let status = Int(parts[1])
        else { throw SupportFailure("no status line: '\(line)'") }
        let fields = try reader.fields(within: deadline)
        let framing = try Self.framing(of: fields, status: status, method: method)
        return Answer(version: parts[0], status: status, reason: parts[2], fields: fields, framing: framing)
    }

    /// Reads some more bytes of a body that was left unread; empty at the end of the stream.
    package func some() throws -> [UInt8] {
        if !reader.unread.isEmpty { return try reader.bytes(reader.unread.count, within: Deadline(seconds: seconds)) }
        return try socket.receive(within: Deadline(seconds: seconds))
    }

    /// Reads to the end of the connection; returns how it ended and the bytes before the end.
    package func ending(within seconds: Double = 5) -> (Ending, bytes: [UInt8]) {
        let deadline = Deadline(seconds: seconds)
        do {
            while try reader.fill(within: deadline) {}
            return (.closed, reader.unread)
        } catch SocketEnd.timedOut {
            return (.stillOpen, reader.unread)
        } catch {
            return (.reset, reader.unread)
        }
    }

    /// Closes in order.
    package func close() { socket.close() }

    /// Closes with a reset.
    package func reset() { socket.reset() }

    private static func framing(of fields: [MessageField], status: Int, method: String) throws -> Answer.Framing {
        let lengths = fields.values("Content-Length")
        let codings = fields.values("Transfer-Encoding")
        guard lengths.count + codings.count <= 1 else {
            throw SupportFailure("an answer with ambiguous framing: \(lengths) \(codings)")
        }
        if method == "HEAD" || status / 100 == 1 || status == 204 || status == 304 { return .none }
        if let coding = codings.first {
            guard coding == "chunked" else { throw SupportFailure("an answer with the coding '\(coding)'") }
            return .chunked
        }
        guard let length = lengths.first else { return .close }
        guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(length) else {
            throw SupportFailure("an answer with the length '\(length)'")
        }
        return .length(count)
    }
}
