import GatehouseCore

@testable import GatehouseEdge

/// What became of the bytes of a request's head.
struct ParsedRequest: Equatable {
    enum Outcome: Equatable {
        case needsMore
        case complete(Int)
        case refused(Refusal)
    }

    var outcome = Outcome.needsMore
    var method = ""
    var target = ""
    var path = ""
    var authority = ""
    /// The lines that go on.
    var kept: [Line] = []
    /// The names of those that do not.
    var dropped: [String] = []
    var body = BodyLength.none
    var isHTTP10 = false
    var keepsAlive = false
    var saysKeepAlive = false
    var expectsContinue = false
    var hasUnknownExpectation = false
    var acceptsTrailers = false

    struct Line: Equatable {
        var name: String
        var value: String
    }

    static let limits = RequestHeadParser.Limits(headBytes: 32 * 1024, fieldCount: 100)

    /// Parses bytes that arrive in pieces, each call seeing all that has arrived so far.
    init(
        _ bytes: [UInt8],
        splitAt splits: [Int] = [],
        limits: RequestHeadParser.Limits = ParsedRequest.limits,
        isSecure: Bool = false
    ) {
        let head = RequestHead()
        head.isSecure = isSecure
        var parser = RequestHeadParser(limits: limits)
        for end in splits + [bytes.count] {
            let seen = Array(bytes.prefix(end))
            switch unsafe parser.parse(seen.span.bytes, into: head) {
            case .needsMore:
                self.outcome = .needsMore
            case .complete(let count):
                self.outcome = .complete(count)
                self.read(head, parser.framing)
                return
            case .refused(let refusal):
                self.outcome = .refused(refusal)
                return
            }
        }
    }

    init(_ text: String, limits: RequestHeadParser.Limits = ParsedRequest.limits, isSecure: Bool = false) {
        self.init(wire(text), limits: limits, isSecure: isSecure)
    }

    var refusal: Refusal? {
        if case .refused(let refusal) = self.outcome { refusal } else { nil }
    }

    var isComplete: Bool {
        if case .complete = self.outcome { true } else { false }
    }

    func values(_ name: String) -> [String] {
        self.kept.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    private mutating func read(_ head: RequestHead, _ framing: RequestFraming) {
        func text(_ range: Range<Int>) -> String { wireText(head.bytes[range]) }
        self.method = text(head.methodRange)
        self.target = text(head.target)
        self.path = text(head.path)
        self.authority = text(head.authority)
        for field in head.fields {
            if field.traits.contains(.dropped) {
                self.dropped.append(text(field.nameRange))
            } else {
                self.kept.append(Line(name: text(field.nameRange), value: text(field.valueRange)))
            }
        }
        self.body = head.body
        self.isHTTP10 = framing.isHTTP10
        self.keepsAlive = framing.keepsAlive
        self.saysKeepAlive = framing.saysKeepAlive
        self.expectsContinue = head.expectsContinue
        self.hasUnknownExpectation = head.hasUnknownExpectation
        self.acceptsTrailers = head.acceptsTrailers
    }
}
