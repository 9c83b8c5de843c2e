/// One connection that an upstream accepted, driven by the script of a test.
///
/// Used from the thread that runs the script.
package final class Conversation {
    /// The number of the connection, counted from zero.
    package let index: Int
    private let socket: Socket
    private let reader: MessageReader
    private unowned let upstream: ScriptedUpstream

    init(index: Int, socket: Socket, upstream: ScriptedUpstream) {
        self.index = index
        self.socket = socket
        self.upstream = upstream
        reader = MessageReader(socket) { [unowned upstream] in upstream.record($0) }
    }

    /// Reads one whole request; nil when the peer closed between requests.
    package func request() throws -> ReceivedRequest? {
        guard let head = try requestHead() else { return nil }
        return try body(of: head)
    }

    /// Reads the body that belongs to a head.
    package func body(of head: ReceivedRequest) throws -> ReceivedRequest {
        var request = head
        let deadline = Deadline(seconds: 60)
        if request.fields.list("Transfer-Encoding", contains: "chunked") {
            (request.body, request.trailers) = try reader.chunked(within: deadline)
        } else if let length = request["Content-Length"].flatMap({ Int($0) }) {
            request.body = try reader.bytes(length, within: deadline)
        }
        return request
    }

    /// Reads the head of a request and leaves its body unread.
    package func requestHead() throws -> ReceivedRequest? {
        let deadline = Deadline(seconds: 60)
        guard let line = try reader.line(within: deadline) else { return nil }
        let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { throw SupportFailure("an upstream got the request line '\(line)'") }
        upstream.recordRequest(target: parts[1])
        let fields = try reader.fields(within: deadline)
        return ReceivedRequest(method: parts[0], target: parts[1], version: parts[2], fields: fields)
    }

    /// Reads `count` bytes of a body.
    package func bytes(_ count: Int) throws -> [UInt8] { try reader.bytes(count, within: Deadline(seconds: 60)) }

    /// Sends a text of which every scalar is one byte.
    package func send(_ text: String) throws { try send(Wire.bytes(text)) }

    /// Sends bytes as they are.
    package func send(_ bytes: [UInt8]) throws { try socket.send(bytes, within: Deadline(seconds: 60)) }

    /// Sends an answer with a length.
    package func answer(_ status: Int = 200, fields: [String] = [], body: String = "ok") throws {
        let lines = fields.map { $0 + "\r\n" }.joined()
        try send("HTTP/1.1 \(status) Told\r\n\(lines)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Reads and drops bytes until the peer is gone or the upstream stops; true when the peer is gone.
    package func waitForEnd(seconds: Double = 60) -> Bool {
        let deadline = Deadline(seconds: seconds)
        do {
            while try reader.fill(within: deadline) {}
            return true
        } catch SocketEnd.timedOut {
            return false
        } catch {
            return true
        }
    }

    /// The notes made so far on this upstream, by the test too.
    package var notes: [String] { upstream.events }

    /// Makes a note that the test can wait for.
    package func note(_ event: String) { upstream.note(event) }

    /// Closes in order.
    package func close() { socket.close() }

    /// Closes with a reset.
    package func reset() { socket.reset() }
}
