internal import GatehouseCore
internal import NIOCore

/// One event loop that carries traffic, with what it owns.
///
/// `Sendable`: the context is reached on its own loop only.
struct RunningLoop: Sendable {
    let eventLoop: any EventLoop
    let context: NIOLoopBound<LoopContext>
    let heartbeat: LoopHeartbeat

    /// How often a loop looks at its deadlines.
    private static let sweepInterval = TimeAmount.milliseconds(200)

    /// Builds what a loop owns, on the loop, and sets its sweep going.
    static func start(_ configuration: EdgeConfiguration, on eventLoop: any EventLoop) async throws -> RunningLoop {
        let heartbeat = LoopHeartbeat()
        let context = try await eventLoop.submit {
            let context = RunningLoop.makeContext(configuration, on: eventLoop)
            context.quotas.start(on: context, eventLoop: eventLoop)
            let bound = NIOLoopBound(context, eventLoop: eventLoop)
            eventLoop.scheduleRepeatedTask(initialDelay: sweepInterval, delay: sweepInterval) { _ in
                bound.value.sweep()
                heartbeat.beat(.now())
            }
            return bound
        }.get()
        return RunningLoop(eventLoop: eventLoop, context: context, heartbeat: heartbeat)
    }

    private static func makeContext(_ configuration: EdgeConfiguration, on eventLoop: any EventLoop) -> LoopContext {
        let metrics = LoopMetrics(
            routeCount: configuration.names.routes.count,
            upstreamCount: configuration.names.upstreams.count,
            policyCount: configuration.names.policies.count
        )
        let log = configuration.accessLog.map { AccessLogBuffer(writer: $0) }
        return LoopContext(
            limits: configuration.limits,
            correlation: configuration.correlation,
            tokens: VerifiedTokenCache(maximumBytes: configuration.tokenCacheBytes),
            records: LoopRecords(metrics: metrics, log: log, names: configuration.names),
            quotas: configuration.quotas.makeStore(),
            accounts: configuration.accounts.map { AccountsDesk(port: $0, eventLoop: eventLoop) },
            upstreams: configuration.upstreams.enumerated().map { index, target in
                UpstreamPool(target: target, index: index, eventLoop: eventLoop)
            },
            timings: configuration.upstreams.map(\.timings)
        )
    }
}
