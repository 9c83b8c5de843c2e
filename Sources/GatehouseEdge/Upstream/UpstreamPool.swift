internal import GatehouseCore
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// The connections of one loop to one upstream app, kept alive between requests.
///
/// Leases streams, of which an HTTP/1.1 connection has one. The youngest idle connection is used first, so that the others can
/// grow old and close. Confined to its loop.
final class UpstreamPool: Upstream {
    let target: UpstreamTarget
    /// The place of the upstream in the configuration.
    let index: Int
    private let eventLoop: any EventLoop
    private var idle: [HTTP1ClientConnection] = []
    private let way: Way

    /// How the app is found.
    private enum Way {
        case address(SocketAddress)
        case name(NameLookup)
        case unix(String)
    }

    init(target: UpstreamTarget, index: Int, eventLoop: any EventLoop) {
        self.target = target
        self.index = index
        self.eventLoop = eventLoop
        self.way =
            switch target.address {
            case .unix(let path): .unix(path)
            case .host(let host, let port):
                // An address needs no look-up, and with that nothing that another look-up could hold up.
                (try? SocketAddress(ipAddress: host, port: port)).map { .address($0) }
                    ?? .name(NameLookup(host: host, port: port, timings: target.timings, eventLoop: eventLoop))
            }
    }

    func open(_ request: OutboundRequest, for exchange: Exchange, fresh: Bool) -> any AppStream {
        if !fresh, let connection = self.idle.popLast() {
            connection.begin(request, for: exchange)
            return connection
        }
        let connection = HTTP1ClientConnection(pool: self, loop: exchange.loop, target: self.target)
        connection.begin(request, for: exchange)
        // From now on, so that looking up the name is bounded by the time for connecting, too.
        connection.loop.add(connection)
        self.connect(connection)
        return connection
    }

    /// Keeps a connection for the next request.
    func park(_ connection: HTTP1ClientConnection) {
        self.idle.append(connection)
    }

    /// Forgets a connection that is not usable any more.
    func remove(_ connection: HTTP1ClientConnection) {
        if let index = self.idle.lastIndex(where: { $0 === connection }) {
            self.idle.remove(at: index)
        }
    }

    /// How many connections wait for a request.
    var idleCount: Int {
        self.idle.count
    }

    private func connect(_ connection: HTTP1ClientConnection) {
        let target = self.target
        let bound = NIOLoopBound(connection, eventLoop: self.eventLoop)
        let bootstrap = ClientBootstrap(group: self.eventLoop)
            .connectTimeout(.nanoseconds(Int64(clamping: target.timings.connectTimeout)))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(low: 32 * 1024, high: 64 * 1024))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls = target.tls {
                        let handler = try NIOSSLClientHandler(context: tls.context, serverHostname: target.serverName)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
        let connected =
            switch self.way {
            case .address(let address): bootstrap.connect(to: address)
            case .name(let lookup): lookup.connect(bootstrap, now: connection.loop.now)
            case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
            }
        connected.assumeIsolated().whenFailure { error in
            connection.loop.tick()
            connection.connectFailed(UpstreamPool.fault(of: error))
            connection.loop.flush()
        }
    }

    private static func fault(of error: any Error) -> UpstreamFault {
        switch error {
        case let error as NIOConnectionError:
            if error.connectionErrors.contains(where: { isTimeout($0.error) }) { return .connectTimeout }
            let isUnknown = error.connectionErrors.isEmpty && (error.dnsAError != nil || error.dnsAAAAError != nil)
            return isUnknown ? .nameResolution : .connectionRefused
        case is SocketAddressError:
            return .nameResolution
        default:
            return isTimeout(error) ? .connectTimeout : .connectionRefused
        }
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        if case .connectTimeout? = error as? ChannelError { true } else { false }
    }
}
