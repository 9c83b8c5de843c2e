import Glibc
import TestSupport

/// An application whose answer depends on the last segment of the target, for everything an app may do.
enum Application {
    /// The number of bytes that `large` answers with.
    static let largeSize = 64 << 20

    /// The script of the application; what it does not know it echoes.
    @Sendable
    static func script(_ conversation: Conversation) throws {
        var count = 0
        while let request = try conversation.request() {
            count += 1
            let path = request.target.split(separator: "?").first ?? ""
            guard try answer(request, named: String(path.split(separator: "/").last ?? ""), conversation) else {
                return
            }
        }
    }

    /// Answers one request; false ends the connection.
    private static func answer(
        _ request: ReceivedRequest,
        named name: String,
        _ conversation: Conversation
    ) throws -> Bool {
        let ok = "HTTP/1.1 200 OK\r\n"
        switch name {
        case "chunked":
            let trailers = "X-Sum: 6\r\nX-Other: yes\r\n"
            try conversation.send(
                ok + "Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3;x=y\r\ndef\r\n0\r\n" + trailers
                    + "\r\n"
            )
        case "close-delimited":
            try conversation.send(ok + "Content-Type: text/plain\r\n\r\nuntil the end")
            return false
        case "old-app":
            try conversation.send("HTTP/1.0 200 OK\r\n\r\nfrom an old app")
            return false
        case "early-hints":
            try conversation.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
            try conversation.answer(body: "after hints")
        case "no-content": try conversation.send("HTTP/1.1 204 No Content\r\nX-App: yes\r\n\r\n")
        case "not-modified":
            try conversation.send("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 500\r\n\r\n")
        case "head-length" where request.method == "HEAD": try conversation.send(ok + "Content-Length: 1234\r\n\r\n")
        case "empty-reason": try conversation.send("HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok")
        case "own-headers":
            try conversation.send(
                ok + "Server: secret/1.0\r\nX-Powered-By: secret\r\nX-Frame-Options: ALLOWALL\r\nVary: Accept\r\n"
                    + "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Credentials: true\r\n"
                    + "Connection: X-Hop, Content-Security-Policy\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\n"
                    + "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Request-Id: from-app\r\nContent-Length: 2\r\n\r\nok"
            )
        case "large":
            try conversation.send(ok + "Content-Length: \(largeSize)\r\n\r\n")
            let piece = [UInt8](repeating: 0x61, count: 1 << 16)
            for _ in 0..<(largeSize / piece.count) { try conversation.send(piece) }
        case "server-error": try conversation.answer(500, body: "app failed")
        default: try conversation.send(EchoUpstream.report(request, connection: conversation.index, number: 0))
        }
        return true
    }
}
