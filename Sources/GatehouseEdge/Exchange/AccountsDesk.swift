internal import GatehouseCore
internal import NIOCore

/// Where the exchanges of one loop hand their calls to the accounts service; here tasks begin.
///
/// Confined to its loop.
final class AccountsDesk {
    private let port: any AccountsPort
    private let eventLoop: any EventLoop
    private var underWay = 0
    private var gathered = 0

    /// How many calls of one loop may be with the service; its own queues are shorter.
    private static let limit = 512

    /// How many bytes of bodies one loop gathers at most, so that slow senders cannot fill the memory.
    private static let gatherLimit = 32 << 20

    /// How long a body may take from its head on, in nanoseconds: it is small, and what is gathered of it is held meanwhile.
    static let bodyTime: UInt64 = 10_000_000_000

    /// How long a call may take: longer than the service itself waits for its database or a password's turn.
    static var timings: UpstreamTimings {
        UpstreamTimings()
    }

    init(port: any AccountsPort, eventLoop: any EventLoop) {
        self.port = port
        self.eventLoop = eventLoop
    }

    /// Takes a call whose body is still to come; nil if there are too many.
    func open(_ call: AccountsCall, for exchange: Exchange) -> AccountsStream? {
        guard self.underWay < AccountsDesk.limit else { return nil }
        return AccountsStream(call, desk: self, exchange: exchange)
    }

    /// Sets bytes aside for a body; false if too many are.
    fileprivate func reserve(_ count: Int) -> Bool {
        guard self.gathered + count <= AccountsDesk.gatherLimit else { return false }
        self.gathered += count
        return true
    }

    fileprivate func release(_ count: Int) {
        self.gathered -= count
    }

    /// Has the call served; the reply comes back on the loop, where the stream may have been given up meanwhile.
    fileprivate func serve(_ call: AccountsCall, content: [UInt8], for stream: AccountsStream) {
        self.underWay += 1
        let port = self.port
        let eventLoop = self.eventLoop
        let desk = NIOLoopBound(self, eventLoop: eventLoop)
        let stream = NIOLoopBound(stream, eventLoop: eventLoop)
        Task {
            let reply = await port.serve(call, content: content)
            eventLoop.execute {
                desk.value.underWay -= 1
                stream.value.receive(reply)
            }
        }
    }
}

/// One call to the accounts service as its exchange sees it: gathers the body, then waits for the reply.
final class AccountsStream: AppStream {
    private let call: AccountsCall
    private let desk: AccountsDesk
    private var exchange: Exchange?
    private var content: [UInt8] = []
    private let loop: LoopContext
    private var isServed = false
    /// A failure that was taken beforehand; given back unless the call turns out to be one.
    var refund: QuotaRefund?

    init(_ call: AccountsCall, desk: AccountsDesk, exchange: Exchange) {
        self.call = call
        self.desk = desk
        self.exchange = exchange
        self.loop = exchange.loop
    }

    func send(body: ByteBuffer) {
        guard let exchange = self.exchange else { return }
        guard self.content.count + body.readableBytes <= AccountsEndpoint.bodyLimit else {
            exchange.clientFailed(.refused(.bodyTooLarge))
            return
        }
        guard self.desk.reserve(body.readableBytes) else {
            self.letGo()
            exchange.appConsumed(body.readableBytes)
            exchange.receive(.refused(.overloaded, []))
            return
        }
        self.content.append(contentsOf: body.readableBytesView)
        exchange.appConsumed(body.readableBytes)
    }

    func end() {
        guard self.exchange != nil else { return }
        self.isServed = true
        self.desk.serve(self.call, content: self.content, for: self)
    }

    func abort() {
        self.letGo()
    }

    /// Forgets the exchange and the body.
    private func letGo() {
        guard self.exchange != nil else { return }
        self.exchange = nil
        self.desk.release(self.content.count)
        self.content = []
        // What the service never saw was no guess; of what it sees the outcome counts, whoever still waits for it.
        if !self.isServed { self.giveBack() }
    }

    private func giveBack() {
        guard let refund = self.refund.take() else { return }
        self.loop.quotas.giveBack(refund)
    }

    func consumed(_ bytes: Int) {}

    fileprivate func receive(_ reply: AccountsReply) {
        if case .failed = reply { self.refund = nil } else { self.giveBack() }
        guard let exchange = self.exchange else { return }
        self.letGo()
        exchange.loop.tick()
        if self.call.endpoint == .login { exchange.loop.records.metrics.loginEnded(reply) }
        exchange.receive(reply)
        exchange.loop.flush()
    }
}
