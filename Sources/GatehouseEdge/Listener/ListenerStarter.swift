internal import GatehouseCore
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Binds listeners and puts a codec on every connection that they accept.
struct ListenerStarter: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let contexts: [ObjectIdentifier: NIOLoopBound<LoopContext>]
    private let settings: HTTP1ServerSettings
    private let trustedProxies: AddressSet
    private let pipeline: RequestPipeline

    init(configuration: EdgeConfiguration, group: MultiThreadedEventLoopGroup, loops: [RunningLoop]) {
        self.group = group
        self.contexts = Dictionary(
            loops.map { (ObjectIdentifier($0.eventLoop), $0.context) },
            uniquingKeysWith: { first, _ in first }
        )
        self.settings = HTTP1ServerSettings(
            limits: configuration.limits,
            reservedNames: configuration.reservedNames,
            counter: ConnectionCounter(limit: configuration.limits.connections)
        )
        self.trustedProxies = configuration.correlation.trustedProxies
        self.pipeline = configuration.pipeline
    }

    /// Binds one listener, or takes over the socket that it inherited.
    func bind(_ listener: EdgeConfiguration.Listener) async throws -> any Channel {
        let starter = self
        let bootstrap = ServerBootstrap(group: self.group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 32 * 1024, high: 64 * 1024))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try starter.initialize(channel, listener) }
            }
        do {
            if let socket = listener.inheritedSocket {
                return try await bootstrap.withBoundSocket(socket).get()
            }
            return try await bootstrap.bind(host: listener.host, port: listener.port).get()
        } catch let error as IOError {
            throw ListenerFault(listener, SystemErrorText.text(error.errnoCode))
        }
    }

    /// Sets a connection up; one that is too many fails here, and with that is closed.
    private func initialize(_ channel: any Channel, _ listener: EdgeConfiguration.Listener) throws {
        guard let loop = self.contexts[ObjectIdentifier(channel.eventLoop)]?.value else { throw Excess() }
        guard self.settings.counter.admit() else {
            loop.records.metrics.connectionRefused()
            throw Excess()
        }
        loop.records.metrics.connectionAccepted()
        loop.tick()
        let connection = HTTP1ServerConnection(
            loop: loop,
            pipeline: listener.pipeline ?? self.pipeline,
            settings: self.settings,
            peer: self.peer(of: channel),
            isSecure: listener.tls != nil
        )
        do {
            let pipeline = channel.pipeline.syncOperations
            if let tls = listener.tls {
                let lease = try TLSBufferArena.shared.lend(to: channel) {
                    try pipeline.addHandler(NIOSSLServerHandler(context: tls.context))
                }
                connection.tlsBuffers = lease.map { IdleTLSBuffers($0) }
            }
            try pipeline.addHandler(connection)
        } catch {
            // The connection gives its place back when it is taken off its channel, which it was never put on.
            self.settings.counter.release()
            loop.records.metrics.connectionClosed()
            throw error
        }
    }

    private func peer(of channel: any Channel) -> Peer {
        guard let text = channel.remoteAddress?.ipAddress, let address = NetworkAddress(Array(text.utf8)[...]) else {
            return Peer(address: [], isTrusted: false)
        }
        return Peer(address: address.text, isTrusted: self.trustedProxies.contains(address))
    }

    /// Why a connection is closed at once: the limit of `connections` is reached.
    private struct Excess: Error {}
}

/// Why a listener could not be started, for the operator: its address and the system's reason.
package struct ListenerFault: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ listener: EdgeConfiguration.Listener, _ reason: String) {
        let host = listener.host.contains(":") ? "[\(listener.host)]" : listener.host
        self.description = "\(host):\(listener.port): \(reason)"
    }
}
