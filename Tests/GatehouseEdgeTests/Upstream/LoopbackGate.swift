import GatehouseCore
import NIOCore
import NIOPosix

@testable import GatehouseEdge

/// The edge on real sockets, in front of one app.
struct LoopbackGate {
    let server: GateServer
    let port: Int

    static func start(
        _ address: UpstreamTarget.Address,
        timings: UpstreamTimings = UpstreamTimings()
    ) async throws -> LoopbackGate {
        let pipeline = try EdgeWorld(upstream: MemoryUpstream(), requestBody: 50_000_000).pipeline
        let configuration = EdgeConfiguration(
            workers: 1,
            listeners: [EdgeConfiguration.Listener(host: "127.0.0.1", port: 0, tls: nil)],
            limits: EdgeLimits(),
            upstreams: [UpstreamTarget(name: "app", address: address, authority: "app", timings: timings)],
            pipeline: pipeline,
            correlation: Correlation(trustedProxies: .empty),
            reservedNames: [],
            names: RecordNames(routes: ["open", "closed"], upstreams: ["app"], issuers: []),
            accessLog: nil
        )
        let server = try await GateServer.start(configuration)
        let port = server.addresses.first.flatMap { $0.split(separator: ":").last }.flatMap { Int($0) }
        return LoopbackGate(server: server, port: port ?? 0)
    }

    /// Opens a client's connection, lets it talk and closes it.
    func converse<R: Sendable>(
        readsAtOnce: Bool = true,
        _ body: (LoopbackClient) async throws -> R
    ) async throws -> R {
        let client = try await LoopbackClient.connect(to: self.port, readsAtOnce: readsAtOnce)
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }
}
