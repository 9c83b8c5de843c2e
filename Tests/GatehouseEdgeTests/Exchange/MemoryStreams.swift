import GatehouseCore
import NIOCore

@testable import GatehouseEdge

/// A codec that carries any number of streams over one connection, without bytes: what it is told is noted, and what it holds
/// leaves when the test says so.
final class MemoryClient: ClientStream {
    enum Event: Equatable {
        case goOn
        case informational(Int)
        case head(Int, ends: Bool)
        case answer(Int)
        case trailers(Int)
        case end
        case abort
        case ended(requestIsComplete: Bool)
    }

    private(set) var exchange: Exchange?
    private(set) var events: [Event] = []
    /// The answer's content so far.
    private(set) var content: [UInt8] = []
    /// Bytes of the answer that have not left yet.
    private(set) var held = 0
    /// Bytes of the request that were sent and not consumed yet.
    private(set) var outstanding = 0
    private(set) var sent = 0
    private(set) var mostOutstanding = 0
    var fieldsOfAnswer: [String] = []

    /// Begins an exchange with the head of the text.
    init(_ text: String, in world: EdgeWorld, ends: Bool? = nil) {
        let head = RequestHead.parsed(text)
        let exchange = Exchange(
            loop: world.loop,
            pipeline: world.pipeline,
            peer: Peer(address: wire("192.0.2.1"), isTrusted: false),
            head: head,
            protocolName: .http1,
            client: self,
            startedAt: world.loop.now
        )
        self.exchange = exchange
        exchange.start(ends: ends ?? (head.body == .none))
    }

    var isOver: Bool {
        self.events.contains(.abort) || self.events.contains { if case .ended = $0 { true } else { false } }
    }

    // MARK: What the test lets the client do

    /// Sends content if the window lets it; returns whether it did.
    @discardableResult
    func upload(_ bytes: [UInt8]) -> Bool {
        guard !self.isOver, self.outstanding <= EdgeLimits.window else { return false }
        self.outstanding += bytes.count
        self.sent += bytes.count
        self.mostOutstanding = max(self.mostOutstanding, self.outstanding)
        self.exchange?.receive(body: ByteBuffer(bytes: bytes))
        return true
    }

    func endRequest() {
        guard !self.isOver else { return }
        self.exchange?.receiveEnd()
    }

    /// Lets content of the answer leave.
    func take(_ count: Int) {
        let taken = min(count, self.held)
        guard taken > 0 else { return }
        self.held -= taken
        self.exchange?.clientConsumed(taken)
    }

    func fail(_ failure: ClientFailure) {
        self.exchange?.clientFailed(failure)
    }

    // MARK: What it is told

    func sendContinue() { self.note(.goOn) }

    func send(informational head: ResponseHead) { self.note(.informational(head.status)) }

    func send(_ head: ResponseHead, adding lines: FieldLines, ends: Bool) {
        self.note(.head(head.status, ends: ends))
        self.fieldsOfAnswer =
            head.fields.filter { !$0.traits.contains(.dropped) }
            .map { wireText(head.bytes[$0.nameRange]) } + lines.fields.map { wireText(lines.bytes[$0.nameRange]) }
    }

    func send(_ answer: LocalAnswer, lines: FieldLines) { self.note(.answer(answer.status)) }

    func send(body: ByteBuffer) {
        self.content.append(contentsOf: body.readableBytesView)
        self.held += body.readableBytes
    }

    func send(trailers: FieldSection) { self.note(.trailers(trailers.fields.count)) }

    func end() { self.note(.end) }

    func abort() { self.note(.abort) }

    func consumed(_ bytes: Int) { self.outstanding -= bytes }

    func exchangeEnded(requestIsComplete: Bool) { self.note(.ended(requestIsComplete: requestIsComplete)) }

    private func note(_ event: Event) {
        self.events.append(event)
    }
}

/// The app's side of the same.
final class MemoryApp: AppStream {
    let target: String
    let isFresh: Bool
    private(set) weak var exchange: Exchange?
    private(set) var content: [UInt8] = []
    private(set) var held = 0
    private(set) var hasEnded = false
    private(set) var isAborted = false
    /// Bytes of the answer that were sent and not consumed yet.
    private(set) var outstanding = 0
    private(set) var mostOutstanding = 0
    private(set) var sent = 0

    init(_ request: OutboundRequest, _ exchange: Exchange, isFresh: Bool) {
        self.target = wireText(request.head.bytes[request.head.target])
        self.exchange = exchange
        self.isFresh = isFresh
    }

    // MARK: What the test lets the app do

    /// Lets content of the request leave.
    func take(_ count: Int) {
        let taken = min(count, self.held)
        guard taken > 0, !self.isAborted else { return }
        self.held -= taken
        self.exchange?.appConsumed(taken)
    }

    func inform(_ status: Int) {
        self.exchange?.informational(.parsed("HTTP/1.1 \(status) X\r\n\r\n"))
    }

    func answer(_ text: String, ends: Bool = false) {
        self.exchange?.receive(.parsed(text), ends: ends)
    }

    /// Sends content if the window lets it; returns whether it did.
    @discardableResult
    func download(_ bytes: [UInt8]) -> Bool {
        guard !self.isAborted, self.outstanding <= EdgeLimits.window else { return false }
        self.outstanding += bytes.count
        self.sent += bytes.count
        self.mostOutstanding = max(self.mostOutstanding, self.outstanding)
        self.exchange?.receive(answerBody: ByteBuffer(bytes: bytes))
        return true
    }

    func trail(_ text: String) {
        var section = FieldSection(bytes: wire(text), fields: [])
        var parser = FieldSectionParser()
        while case .field(let field) = unsafe parser.next(section.bytes.span.bytes) { section.fields.append(field) }
        self.exchange?.receive(trailers: section)
    }

    func endAnswer() {
        self.exchange?.receiveAnswerEnd()
    }

    func fail(_ fault: UpstreamFault, isStale: Bool = false) {
        self.exchange?.appFailed(AppFailure(fault: fault, isStaleConnection: isStale))
    }

    // MARK: What it is told

    func send(body: ByteBuffer) {
        self.content.append(contentsOf: body.readableBytesView)
        self.held += body.readableBytes
    }

    func end() { self.hasEnded = true }

    func abort() { self.isAborted = true }

    func consumed(_ bytes: Int) { self.outstanding -= bytes }
}

/// Opens streams in memory and keeps them for the test to look at.
final class MemoryUpstream: Upstream {
    private(set) var streams: [MemoryApp] = []

    var last: MemoryApp? { self.streams.last }

    func open(_ request: OutboundRequest, for exchange: Exchange, fresh: Bool) -> any AppStream {
        let stream = MemoryApp(request, exchange, isFresh: fresh)
        self.streams.append(stream)
        return stream
    }
}
