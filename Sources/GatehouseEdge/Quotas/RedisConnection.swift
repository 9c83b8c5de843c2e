internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import NIOTLS

/// Who uses a connection to Redis.
///
/// Confined to its loop.
protocol RedisConnectionOwner: AnyObject {
    /// The greeting went well.
    func connectionIsReady(_ connection: RedisConnection)
    /// A reply has come; it is in `connection.reader`.
    func connection(_ connection: RedisConnection, answered call: RedisCall)
    /// The connection has ended; called once, with the calls that had no reply.
    func connection(_ connection: RedisConnection, endedBy fault: RedisFault, calls: NumberedQueue<RedisCall>)
    /// The loop looks at its deadlines.
    func connectionWasSwept(_ connection: RedisConnection, now: UInt64)
}

/// A connection to one server: commands gather in one buffer until the end of the loop's turn, replies come in the same order.
///
/// A connection whose oldest call has had no reply for a second is ended, and so is one on which anything unexpected comes (security
/// D-12). Confined to its loop.
final class RedisConnection: ChannelInboundHandler, LoopConnection {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State {
        case connecting
        case greeting
        case ready
        case closed
    }

    var slot = -1
    var isClient: Bool { false }
    let address: RedisAddress
    let reader = RedisReplyReader()
    private(set) var state = State.connecting
    private(set) var calls = NumberedQueue(filler: RedisCall.none)

    private let loop: LoopContext
    private let greeting: RedisGreeting
    private let tls: TLSContext?
    private weak let owner: (any RedisConnectionOwner)?
    private var channel: (any Channel)?
    private var context: ChannelHandlerContext?
    private var output: ByteBuffer?
    private var isDirty = false
    private var greeted = 0

    /// How long connecting may take, and then the greeting, TLS included, and then every single call.
    private static let patience: UInt64 = 1_000_000_000

    init(
        to address: RedisAddress,
        greeting: RedisGreeting,
        tls: TLSContext?,
        loop: LoopContext,
        owner: any RedisConnectionOwner
    ) {
        self.address = address
        self.greeting = greeting
        self.tls = tls
        self.loop = loop
        self.owner = owner
    }

    /// Connects; the owner is told of success and failure.
    func connect(on eventLoop: any EventLoop) {
        let tls = self.tls
        let name = RedisConnection.serverName(self.address.host)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.nanoseconds(Int64(RedisConnection.patience)))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let tls else { return }
                    let handler = try NIOSSLClientHandler(context: tls.context, serverHostname: name)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(host: self.address.host, port: self.address.port)
            .assumeIsolated()
            .whenComplete { result in
                self.loop.tick()
                self.connected(try? result.get())
                self.loop.flush()
            }
    }

    private func connected(_ channel: (any Channel)?) {
        guard let channel else { return self.end(.unreachable) }
        guard self.state == .connecting else { return channel.close(promise: nil) }
        self.channel = channel
        do {
            try channel.pipeline.syncOperations.addHandler(self)
        } catch {
            self.end(.unreachable)
        }
    }

    /// The name that the certificate must have; nil for an address, which then stands in the certificate itself.
    private static func serverName(_ host: String) -> String? {
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return isAddress ? nil : host
    }

    // MARK: Commands

    /// Writes a command, which leaves when the loop has read from all connections that had something.
    func send(_ call: RedisCall, _ write: (inout ByteBuffer) -> Void) {
        guard self.state != .closed else { return }
        var output = self.output ?? self.loop.takeBuffer()
        self.output = nil
        write(&output)
        self.output = output
        var call = call
        call.sentAt = self.loop.now
        self.calls.append(call)
        self.noteOutput()
    }

    /// Not with the loop's own flush, which comes after each connection that was read: the commands of all of them leave together.
    private func noteOutput() {
        guard !self.isDirty, let context = self.context else { return }
        self.isDirty = true
        context.eventLoop.assumeIsolated().execute { self.flush() }
    }

    func flush() {
        self.isDirty = false
        guard let context = self.context, let output = self.output else { return }
        self.output = nil
        context.writeAndFlush(self.wrapOutboundOut(output), promise: nil)
        self.loop.giveBack(output)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.loop.add(self)
        // Counts from here on for TLS, too.
        self.state = .greeting
        self.greetingDeadline = self.loop.now &+ RedisConnection.patience
        if self.tls == nil { self.greet(context) }
    }

    private var greetingDeadline = UInt64.max

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.channel = nil
        self.loop.remove(self)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted? = event as? TLSUserEvent else { return }
        self.loop.tick()
        self.greet(context)
    }

    private func greet(_ context: ChannelHandlerContext) {
        var output = context.channel.allocator.buffer(capacity: 2048)
        self.greeting.write(to: &output)
        for _ in 0..<self.greeting.count {
            self.calls.append(RedisCall(kind: .greeting, sentAt: self.loop.now))
        }
        context.writeAndFlush(self.wrapOutboundOut(output), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.state != .closed else { return }
        self.loop.tick()
        do throws(RedisFault) {
            try self.reader.feed(self.unwrapInboundIn(data))
            while self.state != .closed, try self.reader.next() {
                self.takeReply()
            }
        } catch {
            self.end(error)
        }
        // A channel that was closed meanwhile tells of no end of reading.
        if self.state == .closed { self.loop.flush() }
    }

    private func takeReply() {
        guard let call = self.calls.popFirst() else { return self.end(.protocolViolation) }
        guard call.kind == .greeting else {
            self.owner?.connection(self, answered: call)
            return
        }
        if let fault = self.greeting.check(self.reader, at: self.greeted) { return self.end(fault) }
        self.greeted += 1
        guard self.greeted == self.greeting.count else { return }
        self.state = .ready
        self.greetingDeadline = .max
        self.owner?.connectionIsReady(self)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.loop.flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.loop.tick()
        self.end(.lost)
        self.loop.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.loop.tick()
        self.end(self.state == .ready ? .lost : .unreachable)
        self.loop.flush()
    }

    // MARK: Loop

    func sweep(_ now: UInt64) {
        let isLate = self.calls.oldest.map { now > $0.sentAt &+ RedisConnection.patience } ?? false
        if isLate || now > self.greetingDeadline { self.end(.silent) }
        guard self.state == .ready else { return }
        self.owner?.connectionWasSwept(self, now: now)
    }

    /// Nothing to do: requests that still run take quotas.
    func drain() {}

    func close() {
        self.end(.stopped)
    }

    /// Ends the connection.
    func end(_ fault: RedisFault) {
        guard self.state != .closed else { return }
        self.state = .closed
        let calls = self.calls
        self.calls = NumberedQueue(filler: .none)
        self.output = nil
        self.channel?.close(promise: nil)
        self.owner?.connection(self, endedBy: fault, calls: calls)
    }
}
