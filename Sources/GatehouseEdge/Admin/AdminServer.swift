package import NIOCore
internal import NIOHTTP1
internal import NIOPosix
private import Synchronization

/// The admin listener: health, readiness and metrics, on an event loop of its own.
///
/// It is started before the first listener and stopped after the last, so that it can tell about both; a stuck loop
/// elsewhere does not stop it from answering. NIOHTTP1 serves here, because no byte of it is on the data path.
/// `Sendable`.
package final class AdminServer: Sendable {
    /// Where the listener takes its connections from.
    package enum Binding: Sendable, Equatable {
        /// An IP address or `localhost`, and a port; port 0 takes any.
        case address(host: String, port: Int)
        /// A Unix socket at a path, whose left-over file is replaced.
        case unix(path: String)
        /// A listening socket that somebody else has opened, such as systemd.
        case socket(Int32)
    }

    /// Why the listener could not be started.
    package struct Fault: Error, Sendable, CustomStringConvertible {
        /// Where and why, for the operator.
        package let description: String
    }

    /// The most connections at a time; more are closed at once.
    package static let connectionLimit = 64

    /// The address in use, such as `127.0.0.1:9901`.
    package let address: String
    /// The port in use; 0 for a Unix socket.
    package let port: Int

    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let endpoints: NIOLoopBound<AdminEndpoints>

    private init(
        group: MultiThreadedEventLoopGroup,
        channel: any Channel,
        endpoints: NIOLoopBound<AdminEndpoints>
    ) {
        self.group = group
        self.channel = channel
        self.endpoints = endpoints
        let local = channel.localAddress
        self.port = local?.port ?? 0
        self.address = AdminServer.text(local)
    }

    /// Binds and serves; throws with the address and the system's reason.
    ///
    /// A connection that sends no whole request for `patience` is closed; shorter than what three probes of ten seconds take.
    package static func start(
        _ binding: Binding,
        content: AdminContent,
        patience: TimeAmount = .seconds(10)
    ) async throws(Fault) -> AdminServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let loop = group.next()
            let endpoints = try await loop.submit {
                NIOLoopBound(AdminEndpoints(content, loop: loop), eventLoop: loop)
            }.get()
            let channel = try await AdminServer.bind(binding, AdminServer.bootstrap(group, endpoints, patience))
            return AdminServer(group: group, channel: channel, endpoints: endpoints)
        } catch {
            try? await group.shutdownGracefully()
            throw Fault(description: "cannot listen on \(text(binding)) (admin): \(reason(error))")
        }
    }

    /// Ends every connection, the listener and its loop.
    ///
    /// Comes behind all traffic, but before the loops that carried it end: a scrape that still asks them would never be answered.
    package func stop() async {
        try? await self.channel.close()
        let deadline = ContinuousClock.now + .seconds(1)
        let endpoints = self.endpoints
        while ContinuousClock.now < deadline {
            let isQuiet = try? await self.channel.eventLoop.submit { endpoints.value.close() }.get()
            if isQuiet != false { break }
            try? await Task.sleep(for: .milliseconds(5))
        }
        try? await self.group.shutdownGracefully()
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup,
        _ endpoints: NIOLoopBound<AdminEndpoints>,
        _ patience: TimeAmount
    ) -> ServerBootstrap {
        let connections = ConnectionCount()
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                guard connections.enter(limit: AdminServer.connectionLimit) else {
                    return channel.close()
                }
                channel.closeFuture.whenComplete { _ in connections.leave() }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(AdminHandler(endpoints.value, patience: patience))
                }
            }
    }

    private static func bind(_ binding: Binding, _ bootstrap: ServerBootstrap) async throws -> any Channel {
        switch binding {
        case .address(let host, let port):
            try await bootstrap.bind(host: host, port: port).get()
        case .unix(let path):
            try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        case .socket(let descriptor):
            try await bootstrap.withBoundSocket(descriptor).get()
        }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? IOError { return SystemErrorText.text(error.errnoCode) }
        return "\(error)"
    }

    private static func text(_ binding: Binding) -> String {
        switch binding {
        case .address(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        case .socket(let descriptor): "the inherited socket \(descriptor)"
        }
    }

    private static func text(_ address: SocketAddress?) -> String {
        guard let address else { return "" }
        guard let host = address.ipAddress, let port = address.port else { return "unix:\(address.pathname ?? "")" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// How many connections are open.
private final class ConnectionCount: Sendable {
    private let count = Atomic<Int>(0)

    /// Takes a place; false if all are taken.
    func enter(limit: Int) -> Bool {
        guard self.count.add(1, ordering: .relaxed).newValue <= limit else {
            self.count.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    /// Gives a place back.
    func leave() {
        self.count.subtract(1, ordering: .relaxed)
    }
}
