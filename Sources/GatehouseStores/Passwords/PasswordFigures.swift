/// What the password pool does and has done, for metrics.
package struct PasswordFigures: Sendable, Equatable {
    /// Pieces of work that a thread is busy with.
    package internal(set) var inFlight = 0
    /// Pieces of work that wait for a thread.
    package internal(set) var waiting = 0
    /// The most that were in flight at one time.
    package internal(set) var mostInFlight = 0
    /// Pieces of work that were done.
    package internal(set) var done: UInt64 = 0
    /// Pieces of work that were refused because the queue was full.
    package internal(set) var refused: UInt64 = 0
    /// Pieces of work whose caller was cancelled before a thread was free.
    package internal(set) var abandoned: UInt64 = 0
    /// How long work waited for a thread.
    package internal(set) var waits = WaitHistogram()
}

/// How long work waited, as a Prometheus histogram has it.
package struct WaitHistogram: Sendable, Equatable {
    /// The upper bounds of the buckets, in seconds; the last bucket has none.
    package static let bounds = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// How many fell into each bucket, not cumulated; one more than there are bounds.
    package private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    /// All waits together, in seconds.
    package private(set) var sum = 0.0

    /// How many waits there were.
    package var count: UInt64 { counts.reduce(0, &+) }

    /// Counts one wait.
    mutating func record(_ wait: Duration) {
        let seconds = wait / .seconds(1)
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        counts[bucket] &+= 1
        sum += seconds
    }
}
