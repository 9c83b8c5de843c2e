private import Synchronization

/// The sign of life of one event loop: the loop beats on every sweep, the admin listener looks at it.
///
/// `Sendable`; a beat is one atomic store.
package final class LoopHeartbeat: Sendable {
    private let last: Atomic<UInt64>

    /// Begins as if the loop had just beaten.
    package init(now: RecordTime = .now()) {
        self.last = Atomic(now.monotonicNanoseconds)
    }

    /// Notes that the loop runs.
    package func beat(_ now: RecordTime) {
        self.last.store(now.monotonicNanoseconds, ordering: .relaxed)
    }

    /// How long ago the loop last beat, in nanoseconds.
    package func age(_ now: RecordTime) -> UInt64 {
        now.nanoseconds(since: self.last.load(ordering: .relaxed))
    }
}
