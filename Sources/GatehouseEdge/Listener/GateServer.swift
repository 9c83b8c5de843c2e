internal import GatehouseCore
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// The running edge: event loops, listeners and the connections on them.
///
/// One listening socket an address, owned by the process; accepted connections are dealt to the loops in turn. `Sendable`: the loops'
/// contents are reached only on their own loop.
package final class GateServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let loops: [RunningLoop]
    private let listeners: [any Channel]

    private init(group: MultiThreadedEventLoopGroup, loops: [RunningLoop], listeners: [any Channel]) {
        self.group = group
        self.loops = loops
        self.listeners = listeners
    }

    /// Starts the loops and binds every listener; if one cannot be bound nothing is left running.
    package static func start(_ configuration: EdgeConfiguration) async throws -> GateServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.workers)
        do {
            var loops: [RunningLoop] = []
            for eventLoop in group.makeIterator() {
                loops.append(try await RunningLoop.start(configuration, on: eventLoop))
            }
            await configuration.quotas.waitUntilUp(atMost: .seconds(1))
            let starter = ListenerStarter(configuration: configuration, group: group, loops: loops)
            var channels: [any Channel] = []
            for listener in configuration.listeners {
                channels.append(try await starter.bind(listener))
            }
            return GateServer(group: group, loops: loops, listeners: channels)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// The addresses that are listened on, in the order of the configuration, as `host:port`.
    package var addresses: [String] {
        self.listeners.map { channel in
            guard let address = channel.localAddress, let port = address.port else { return "" }
            let host = address.ipAddress ?? ""
            return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// The loops, as the admin listener looks at them.
    package var workers: [AdminWorker] {
        self.loops.map { loop in
            AdminWorker(heartbeat: loop.heartbeat) {
                loop.eventLoop.submit { loop.context.value.snapshot() }
            }
        }
    }

    /// Stops accepting and lets every connection end with the request that it carries.
    package func drain() async {
        // Known to every loop first: a client that finds the listener closed must not be told that its connection goes on.
        await self.onEachLoop { $0.announceEnd() }
        for channel in self.listeners {
            try? await channel.close()
        }
        await self.onEachLoop { $0.drain() }
    }

    /// Waits until no client connection is left or the deadline has passed; returns whether none is left.
    package func waitUntilIdle(until deadline: ContinuousClock.Instant) async -> Bool {
        while ContinuousClock.now < deadline {
            var connections = 0
            for loop in self.loops {
                connections += (try? await loop.eventLoop.submit { loop.context.value.activity.connections }.get()) ?? 0
            }
            if connections == 0 { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// Ends whatever still runs; the loops go on, and tell what they have counted.
    package func endAll() async {
        await self.onEachLoop { loop in
            loop.endAll()
            loop.records.flush()
        }
    }

    /// Ends whatever still runs, then the loops: nobody may ask them for anything any more.
    package func stop() async {
        await self.endAll()
        try? await self.group.shutdownGracefully()
    }

    private func onEachLoop(_ body: @escaping @Sendable (LoopContext) -> Void) async {
        for loop in self.loops {
            try? await loop.eventLoop.submit { body(loop.context.value) }.get()
        }
    }
}
