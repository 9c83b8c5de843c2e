import Foundation

/// Scripts that answer like a small application.
package enum EchoUpstream {
    /// What the application saw, as it reports it in the body of its answers.
    package struct Seen: Codable, Sendable {
        /// The number of the connection, counted from zero.
        package let connection: Int
        /// The number of the request on that connection, counted from zero.
        package let request: Int
        /// The method.
        package let method: String
        /// The request target, byte for byte.
        package let target: String
        /// The field lines as `[name, value]`.
        package let headers: [[String]]
        /// The trailer lines as `[name, value]`.
        package let trailers: [[String]]
        /// The length of the body.
        package let length: Int
        /// The first kilobyte of the body.
        package let body: String

        /// The values of every line with this name in any case.
        package func values(_ name: String) -> [String] {
            headers.filter { $0.first?.lowercased() == name.lowercased() }.compactMap(\.last)
        }

        /// The names of all lines in lower case.
        package var names: Set<String> { Set(headers.compactMap { $0.first?.lowercased() }) }
    }

    /// Starts an application on a free port that tells each caller what it saw.
    package static func start() throws -> ScriptedUpstream { try ScriptedUpstream(script: echo) }

    /// Answers each request with what it saw, for as long as the connection lives.
    @Sendable
    package static func echo(_ conversation: Conversation) throws {
        var count = 0
        while let request = try conversation.request() {
            try conversation.send(report(request, connection: conversation.index, number: count))
            count += 1
        }
    }

    /// What the application saw, read from the answer that the client got.
    package static func seen(_ answer: Answer) throws -> Seen {
        do {
            return try JSONDecoder().decode(Seen.self, from: Data(answer.body))
        } catch {
            throw SupportFailure("no report from the application: \(answer.status) \(answer.text.prefix(300))")
        }
    }

    /// The answer to a request, as bytes.
    package static func report(_ request: ReceivedRequest, connection: Int, number: Int) throws -> [UInt8] {
        let seen = Seen(
            connection: connection,
            request: number,
            method: request.method,
            target: request.target,
            headers: request.fields.map { [$0.name, $0.value] },
            trailers: request.trailers.map { [$0.name, $0.value] },
            length: request.body.count,
            body: Wire.text(request.body.prefix(1024))
        )
        let body = [UInt8](try JSONEncoder().encode(seen))
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: echo\r\nX-Powered-By: echo\r\n"
        let bytes = Wire.bytes(head + "Content-Length: \(body.count)\r\n\r\n")
        return request.method == "HEAD" ? bytes : bytes + body
    }
}
