import GatehouseCore
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import GatehouseEdge

/// What another parser reads out of the same bytes.
private struct OtherReading: Equatable {
    var method = ""
    var target = ""
    var fields: [ParsedRequest.Line] = []
    var body: [UInt8] = []
    var isComplete = false

    /// Reads one request; nil if the other parser refuses it.
    init?(request bytes: [UInt8]) {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        do {
            try channel.pipeline.syncOperations.addHandler(
                ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
            )
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self), !self.isComplete {
                switch part {
                case .head(let head):
                    self.method = head.method.rawValue
                    self.target = head.uri
                    self.fields = head.headers.map {
                        ParsedRequest.Line(name: $0.name, value: OtherReading.withoutBlanksBehind($0.value))
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

extension OtherReading {
    /// The other parser leaves it to its user to take off the blanks behind a value.
    private static func withoutBlanksBehind(_ value: String) -> String {
        var value = value
        while let last = value.utf8.last, last == 0x20 || last == 0x09 { value.removeLast() }
        return value
    }
}

/// Whatever our parser accepts another one accepts, too, and reads alike; ours may refuse more.
@Suite struct DifferentialTests {
    private static let seeds = [
        "GET /a?b=c HTTP/1.1\r\nHost: api.example.com\r\nX-A: 1\r\nAccept: */*\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX: y\r\n\r\nhello",
        "PUT /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
        "DELETE /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "OPTIONS /y HTTP/1.1\r\nHost: a:80\r\nOrigin: https://a\r\n\r\n",
        "HEAD / HTTP/1.1\r\nHost: [::1]:8080\r\nTE: trailers\r\nConnection: TE, X-Q\r\nX-Q: 1\r\n\r\n",
        "GET http://a/b HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\n\r\n",
    ]
    /// Pieces that parsers are known to quarrel about.
    private static let quarrels = [
        "\r\n", "\n", "\r", "\r\n\r\n", " ", "\t", ":", ",", ";", "\u{0}", "\u{0B}", "\u{80}", "Content-Length: 5\r\n",
        "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n", "chunked",
        "0\r\n\r\n",
        "Host: b\r\n", "HTTP/1.1", "HTTP/1.0", "+", "-", "0", "f", "0x", "\r\n ", "Expect: 100-continue\r\n", "_",
        "X: y\r\n",
    ]

    @Test func `what is accepted is accepted and read alike by another parser`() {
        var dice = Dice(seed: 42)
        var accepted = 0
        var differences: [String] = []
        for round in 0..<30_000 {
            var bytes = wire(Self.seeds[round % Self.seeds.count])
            for _ in 0..<Int.random(in: 0...2, using: &dice) { Self.mutate(&bytes, &dice) }
            // The other parser knows a fixed list of methods.
            guard let (ours, count) = Self.read(bytes), Self.methods.contains(ours.method) else { continue }
            accepted += 1
            if OtherReading(request: Array(bytes.prefix(count))) != ours {
                differences.append(wireText(bytes).debugDescription)
            }
        }
        #expect(differences.prefix(5) == [])
        #expect(accepted > 6_000)
    }

    private static let methods = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"]

    /// Our reading of one whole request and its length; nil if it is refused or not complete.
    private static func read(_ bytes: [UInt8]) -> (reading: OtherReading, count: Int)? {
        let head = RequestHead()
        var parser = RequestHeadParser(limits: ParsedRequest.limits)
        guard case .complete(let count) = unsafe parser.parse(bytes.span.bytes, into: head) else { return nil }
        let body = ReadBody(Array(bytes[count...]), head.body)
        // A tab behind a length is a blank to the RFC and to us, and an error to the other parser.
        if let length = head.fields.first(where: { $0.name == .contentLength }),
            head.bytes[length.valueRange.upperBound] == 0x09
        {
            return nil
        }
        // Extensions of chunks, whose grammar we do not look at, since none goes on, are not compared.
        guard !(head.body == .streamed && bytes[count...].contains(0x3B)) else { return nil }
        guard body.ending == .end, var reading = OtherReading(request: []) else { return nil }
        reading.method = wireText(head.bytes[head.methodRange])
        // The line holds the absolute form where there was one.
        reading.target = wireText(bytes[(head.methodRange.upperBound + 1)...].prefix { $0 != 0x20 })
        reading.fields = head.fields.map {
            ParsedRequest.Line(
                name: String(decoding: head.bytes[$0.nameRange], as: UTF8.self),
                value: String(decoding: head.bytes[$0.valueRange], as: UTF8.self)
            )
        }
        reading.body = body.content
        reading.isComplete = true
        return (reading, bytes.count - body.rest)
    }

    private static func mutate(_ bytes: inout [UInt8], _ dice: inout Dice) {
        let place = Int.random(in: 0..<bytes.count, using: &dice)
        switch Int.random(in: 0..<6, using: &dice) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &dice)
        case 2: bytes.insert(bytes[place], at: place)
        case 3: bytes[place] ^= 0x20
        default:
            // Lines go in where lines begin, half of the time.
            let starts = bytes.indices.filter { $0 > 1 && bytes[$0 - 1] == 0x0A }
            let isLine = Bool.random(using: &dice)
            let target = isLine ? starts.randomElement(using: &dice) ?? place : place
            bytes.insert(contentsOf: wire(quarrels.randomElement(using: &dice) ?? ""), at: target)
        }
        if bytes.isEmpty { bytes = [0] }
    }
}
