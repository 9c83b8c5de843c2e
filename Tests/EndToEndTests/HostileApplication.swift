import Testing
import TestSupport

/// What a hostile or broken application answers, by the name that the target ends in.
struct HostileAnswer: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String

    init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
    }

    var testDescription: String { name }
}

/// An application that answers whatever its table says and then waits for its connection to be closed.
enum HostileApplication {
    private static let ok = "HTTP/1.1 200 OK\r\n"
    private static let poison = "HTTP/1.1 200 OK\r\nX-Poison: yes\r\nContent-Length: 6\r\n\r\npoison"
    private static let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"

    /// Answers that are refused before their head was passed on.
    static let brokenHeads = [
        HostileAnswer("two-lengths", ok + "Content-Length: 2\r\nContent-Length: 6\r\n\r\npoison"),
        HostileAnswer("two-equal-lengths", ok + "Content-Length: 6\r\nContent-Length: 6\r\n\r\npoison"),
        HostileAnswer("listed-lengths", ok + "Content-Length: 6, 6\r\n\r\npoison"),
        HostileAnswer("signed-length", ok + "Content-Length: +6\r\n\r\npoison"),
        HostileAnswer("huge-length", ok + "Content-Length: 99999999999999999999\r\n\r\npoison"),
        HostileAnswer("length-and-coding", ok + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        HostileAnswer("unknown-coding", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        HostileAnswer("other-coding", ok + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        HostileAnswer("two-codings", ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        HostileAnswer("control-byte", ok + "X: a\u{1}b\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("nul", ok + "X: a\u{0}b\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("bare-cr", ok + "X: a\rb\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("bare-lf", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        HostileAnswer("folded", ok + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("space-before-colon", ok + "X : a\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("nameless", ok + ": a\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer(
            "large-head",
            ok + String(repeating: "X: " + String(repeating: "y", count: 1000) + "\r\n", count: 1024) + "\r\n"
        ),
        HostileAnswer("endless-line", ok + "X: " + String(repeating: "y", count: 1 << 20)),
        HostileAnswer("http2", "HTTP/2 200\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("http12", "HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("lower-case", "http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("status-99", "HTTP/1.1 99 OK\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("status-099", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("status-1000", "HTTP/1.1 1000 OK\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("status-letters", "HTTP/1.1 2OO OK\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("status-signed", "HTTP/1.1 +20 OK\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("status-empty", "HTTP/1.1  OK\r\nContent-Length: 0\r\n\r\n"),
        HostileAnswer("no-http", "SSH-2.0-OpenSSH_9.2\r\n"),
        HostileAnswer("http09", "<html>poison</html>\r\n\r\n"),
    ]

    /// Answers whose head is sound and whose body breaks; `CLOSE` at the end of the name means that the app closes.
    static let brokenBodies = [
        HostileAnswer("bad-chunk-size", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz\r\npoison"),
        HostileAnswer("bad-chunk-end", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcXX2\r\nde\r\n0\r\n\r\n"),
        HostileAnswer(
            "chunk-overflow",
            ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nFFFFFFFFFFFFFFFFF\r\npoison"
        ),
        HostileAnswer("chunk-bare-lf", ok + "Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n"),
        HostileAnswer("cut-length-CLOSE", ok + "Content-Length: 100\r\n\r\nonly this"),
        HostileAnswer("cut-chunk-CLOSE", ok + "Transfer-Encoding: chunked\r\n\r\n64\r\nonly this"),
        HostileAnswer("no-last-chunk-CLOSE", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
        HostileAnswer("no-last-line-CLOSE", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"),
    ]

    private static let others = [
        HostileAnswer("extra-bytes", ok + "Content-Length: 2\r\n\r\nokpoison"),
        HostileAnswer("two-answers", ok + "Content-Length: 2\r\n\r\nok" + poison),
        HostileAnswer("extra-after-chunked", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" + poison),
        HostileAnswer("head-with-body", ok + "Content-Length: 6\r\n\r\npoison"),
        HostileAnswer("head-chunked", ok + "Transfer-Encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n"),
        HostileAnswer("204-with-body", "HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\npoison"),
        HostileAnswer(
            "204-chunked",
            "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n"
        ),
        HostileAnswer("304-with-body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\npoison"),
        HostileAnswer("many-interim", String(repeating: hints, count: 10_000) + ok + "Content-Length: 2\r\n\r\nok"),
        HostileAnswer("nine-interim", String(repeating: hints, count: 9) + ok + "Content-Length: 2\r\n\r\nok"),
        HostileAnswer("eight-interim", String(repeating: hints, count: 8) + ok + "Content-Length: 2\r\n\r\nok"),
        HostileAnswer("101-unasked", "HTTP/1.1 101 Switching Protocols\r\n\r\n" + poison),
        HostileAnswer(
            "101-websocket",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + poison
        ),
        HostileAnswer("empty-reason", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok"),
    ]

    private static let table = Dictionary(
        (brokenHeads + brokenBodies + others).map { ($0.name, $0.text) },
        uniquingKeysWith: { first, _ in first }
    )

    /// The script of the application; what is in no table it echoes.
    @Sendable
    static func script(_ conversation: Conversation) throws {
        var count = 0
        while let request = try conversation.requestHead() {
            let name = String(request.target.split(separator: "/").last ?? "")
            if name == "late-poison" {
                try conversation.answer()
                // The poison must come when the connection is idle, so it waits until the answer was surely read.
                _ = conversation.waitForEnd(seconds: 0.3)
                try? conversation.send(poison)
                conversation.note("poisoned")
            } else if name == "early-answer" {
                try conversation.answer()
            } else if let text = table[name] {
                try? conversation.send(text)
                if name.hasSuffix("CLOSE") { return }
                // These answers are sound, so the gate may well use the connection again.
                if ["eight-interim", "empty-reason"].contains(name) { continue }
            } else {
                try conversation.send(EchoUpstream.report(request, connection: conversation.index, number: count))
                count += 1
                continue
            }
            if conversation.waitForEnd(seconds: 20) { conversation.note("closed " + name) }
            return
        }
    }
}
