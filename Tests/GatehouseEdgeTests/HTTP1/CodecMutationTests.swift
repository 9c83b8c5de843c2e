import GatehouseCore
import NIOCore
import Testing

@testable import GatehouseEdge

/// A hundred thousand broken messages, the same ones in every run: nothing traps, and what is accepted keeps its promises.
@Suite struct CodecMutationTests {
    private static let letters = wire("\r\n\t :;,0123456789abcdefXHTP/.-_?#[]@%\u{0}\u{7F}\u{80}\u{FF}")

    private static func mutated(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &dice) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &dice)
            let letter = Self.letters.randomElement(using: &dice) ?? 0
            switch Int.random(in: 0..<5, using: &dice) {
            case 0: bytes[place] = letter
            case 1: bytes.insert(letter, at: place)
            case 2: bytes.remove(at: place)
            case 3: bytes.removeLast(Int.random(in: 0...(bytes.count - place - 1), using: &dice))
            default: bytes.append(contentsOf: bytes[place...].prefix(Int.random(in: 0...60, using: &dice)))
            }
        }
        return bytes
    }

    @Test func `no mutation of a request traps, and ranges stay inside of the head`() {
        let seeds = [
            "POST http://a:80?x HTTP/1.1\r\nHost: a\r\nConnection: te, x-y\r\nX-Y: 1\r\nContent-Length: 3\r\n\r\nabc",
            "GET /a/b?c HTTP/1.1\r\nHost: [::1]:1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n0\r\n\r\n",
        ].map(wire)
        var dice = Dice(seed: 7)
        for round in 0..<50_000 {
            let bytes = Self.mutated(seeds[round % 2], &dice)
            let head = RequestHead()
            var parser = RequestHeadParser(limits: .init(headBytes: 200, fieldCount: 6))
            let split = Int.random(in: 0...bytes.count, using: &dice)
            var step = RequestHeadParser.Step.needsMore
            for end in [split, bytes.count] {
                let seen = Array(bytes.prefix(end))
                step = unsafe parser.parse(seen.span.bytes, into: head)
                guard case .needsMore = step else { break }
            }
            guard case .complete(let count) = step else { continue }
            #expect(count <= bytes.count && count <= 200 && head.fields.count <= 6)
            #expect(head.path.upperBound <= head.bytes.count && head.target.upperBound <= head.bytes.count)
            #expect(head.authority.upperBound <= head.bytes.count)
            if head.method != .connect { #expect(head.bytes[head.path].first == 0x2F) }
            var output = ByteBuffer()
            HTTP1FieldWriter.writeKept(head.fields, of: head.bytes, to: &output)
        }
    }

    @Test func `no mutation of an answer traps`() {
        let seed = wire("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: x, close\r\nX: y\r\nDate: z\r\n\r\nabc")
        var dice = Dice(seed: 8)
        for _ in 0..<25_000 {
            let bytes = Self.mutated(seed, &dice)
            let split = Int.random(in: 0...bytes.count, using: &dice)
            let parsed = ParsedResponse(bytes, splitAt: [split])
            #expect(parsed == ParsedResponse(bytes))
            if case .complete(let count) = parsed.outcome { #expect(count <= bytes.count) }
        }
    }

    @Test func `no mutation of a chunked body traps, and pieces do not matter`() {
        let seed = wire("3;e=1\r\nabc\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX: 1\r\nY: 2\r\n\r\nnext")
        var dice = Dice(seed: 9)
        for _ in 0..<25_000 {
            let bytes = Self.mutated(seed, &dice)
            let split = Int.random(in: 0...bytes.count, using: &dice)
            let pieces = ReadBody(bytes, .streamed, pieces: [split, 1], trailerLimit: 64)
            #expect(pieces == ReadBody(bytes, .streamed, trailerLimit: 64))
        }
    }
}
