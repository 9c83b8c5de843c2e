import GatehouseCore
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import GatehouseEdge

/// What another parser reads out of the same answer.
private struct OtherAnswer: Equatable {
    var status = 0
    var fields: [ParsedRequest.Line] = []
    var body: [UInt8] = []
    var isComplete = false

    init() {}

    /// Reads one answer to a GET; nil if the other parser refuses it.
    init?(answer bytes: [UInt8]) {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        do {
            let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes))
            try channel.pipeline.syncOperations.addHandler(decoder)
            let request = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            try channel.writeOutbound(HTTPClientRequestPart.head(request))
            try channel.writeOutbound(HTTPClientRequestPart.end(nil))
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            while let part = try channel.readInbound(as: HTTPClientResponsePart.self), !self.isComplete {
                switch part {
                case .head(let head):
                    self.status = Int(head.status.code)
                    self.fields = head.headers.map {
                        ParsedRequest.Line(name: $0.name, value: $0.value.withoutBlanksBehind)
                    }
                case .body(let buffer):
                    self.body.append(contentsOf: buffer.readableBytesView)
                case .end:
                    self.isComplete = true
                }
            }
        } catch {
            return nil
        }
    }
}

extension String {
    fileprivate var withoutBlanksBehind: String {
        var value = self
        while let last = value.utf8.last, last == 0x20 || last == 0x09 { value.removeLast() }
        return value
    }
}

/// Whatever answer of an app our parser accepts another one accepts, too, and reads alike.
@Suite struct AnswerDifferentialTests {
    private static let seeds = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nConnection: keep-alive\r\n\r\nhello",
        "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", "HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n",
    ]
    private static let quarrels = [
        "\r\n", "\n", "\r", " ", "\t", ":", ",", "\u{0}", "\u{80}", "Content-Length: 5\r\n", "Content-Length: 0\r\n",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n", "chunked", "0\r\n\r\n", "HTTP/1.1", "+", "-",
        "0", "f",
    ]

    @Test func `what is accepted is accepted and read alike by another parser`() {
        var dice = Dice(seed: 43)
        var accepted = 0
        var differences: [String] = []
        for round in 0..<20_000 {
            var bytes = wire(Self.seeds[round % Self.seeds.count])
            for _ in 0..<Int.random(in: 0...2, using: &dice) { Self.mutate(&bytes, &dice) }
            guard let (ours, count) = Self.read(bytes) else { continue }
            accepted += 1
            if OtherAnswer(answer: Array(bytes.prefix(count))) != ours {
                differences.append(wireText(bytes).debugDescription)
            }
        }
        #expect(differences.prefix(5) == [])
        #expect(accepted > 4_000)
    }

    /// Our reading of one whole answer and its length; nil if it is refused, not complete or without a length.
    private static func read(_ bytes: [UInt8]) -> (answer: OtherAnswer, count: Int)? {
        let head = ResponseHead()
        var parser = ResponseHeadParser()
        guard case .complete(let count) = unsafe parser.parse(bytes.span.bytes, method: .get, into: head) else {
            return nil
        }
        guard head.status >= 200, head.body != .untilClose else { return nil }
        if head.body == .streamed, bytes[count...].contains(0x3B) { return nil }
        // A tab behind a length is a blank to the RFC and to us, and an error to the other parser.
        if let length = head.fields.first(where: { $0.name == .contentLength }),
            head.bytes[length.valueRange.upperBound] == 0x09
        {
            return nil
        }
        let body = ReadBody(Array(bytes[count...]), head.body)
        guard body.ending == .end else { return nil }
        var answer = OtherAnswer()
        answer.status = head.status
        answer.fields = head.fields.map {
            ParsedRequest.Line(
                name: String(decoding: head.bytes[$0.nameRange], as: UTF8.self),
                value: String(decoding: head.bytes[$0.valueRange], as: UTF8.self)
            )
        }
        answer.body = body.content
        answer.isComplete = true
        return (answer, bytes.count - body.rest)
    }

    private static func mutate(_ bytes: inout [UInt8], _ dice: inout Dice) {
        let place = Int.random(in: 0..<bytes.count, using: &dice)
        switch Int.random(in: 0..<6, using: &dice) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &dice)
        case 2: bytes.insert(bytes[place], at: place)
        case 3: bytes[place] ^= 0x20
        default: bytes.insert(contentsOf: wire(quarrels.randomElement(using: &dice) ?? ""), at: place)
        }
        if bytes.isEmpty { bytes = [0] }
    }
}
