import GatehouseCore

@testable import GatehouseEdge

/// What became of the bytes of an answer's head.
struct ParsedResponse: Equatable {
    enum Outcome: Equatable {
        case needsMore
        case complete(Int)
        case malformed
    }

    var outcome = Outcome.needsMore
    var status = 0
    var reason = ""
    var kept: [ParsedRequest.Line] = []
    var dropped: [String] = []
    var body = BodyLength.none
    var announcedLength: Int?
    var keepsAlive = false

    /// Parses bytes that arrive in pieces, each call seeing all that has arrived so far.
    init(_ bytes: [UInt8], splitAt splits: [Int] = [], method: Method = .get) {
        let head = ResponseHead()
        var parser = ResponseHeadParser()
        for end in splits + [bytes.count] {
            let seen = Array(bytes.prefix(end))
            switch unsafe parser.parse(seen.span.bytes, method: method, into: head) {
            case .needsMore:
                self.outcome = .needsMore
            case .complete(let count):
                self.outcome = .complete(count)
                self.read(head, parser.framing)
                return
            case .malformed:
                self.outcome = .malformed
                return
            }
        }
    }

    init(_ text: String, method: Method = .get) {
        self.init(wire(text), method: method)
    }

    private mutating func read(_ head: ResponseHead, _ framing: ResponseFraming) {
        func text(_ range: Range<Int>) -> String { wireText(head.bytes[range]) }
        self.status = head.status
        self.reason = text(head.reason)
        for field in head.fields {
            if field.traits.contains(.dropped) {
                self.dropped.append(text(field.nameRange))
            } else {
                self.kept.append(ParsedRequest.Line(name: text(field.nameRange), value: text(field.valueRange)))
            }
        }
        self.body = head.body
        self.announcedLength = head.announcedLength
        self.keepsAlive = framing.keepsAlive
    }
}
