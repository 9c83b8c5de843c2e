package import NIOCore

/// Everything that the admin listener can tell; put together once by whoever starts the process.
package struct AdminContent: Sendable {
    /// How far the process is.
    package var lifecycle: LifecycleState
    /// The loops that carry traffic.
    package var workers: [AdminWorker]
    /// The configured names.
    package var names: RecordNames
    /// Gathers what is not counted by loops; called on the admin loop for each scrape, must not block.
    package var facts: @Sendable () -> GateFacts

    /// Puts the parts together.
    package init(
        lifecycle: LifecycleState,
        workers: [AdminWorker],
        names: RecordNames,
        facts: @escaping @Sendable () -> GateFacts
    ) {
        self.lifecycle = lifecycle
        self.workers = workers
        self.names = names
        self.facts = facts
    }
}

/// One loop that carries traffic, as the admin listener sees it.
package struct AdminWorker: Sendable {
    /// The loop's sign of life.
    package var heartbeat: LoopHeartbeat
    /// Asks the loop for its counts; may be called on any loop and answers whenever the loop gets to it.
    package var snapshot: @Sendable () -> EventLoopFuture<MetricsSnapshot>

    /// Makes a worker that answers as the closure does.
    package init(
        heartbeat: LoopHeartbeat,
        snapshot: @escaping @Sendable () -> EventLoopFuture<MetricsSnapshot>
    ) {
        self.heartbeat = heartbeat
        self.snapshot = snapshot
    }

    /// Makes a worker of a loop's own metrics.
    package init(heartbeat: LoopHeartbeat, loop: any EventLoop, metrics: NIOLoopBound<LoopMetrics>) {
        self.init(heartbeat: heartbeat) { loop.submit { metrics.value.snapshot() } }
    }
}
