import Glibc

/// A point in time after which a fixture gives up.
///
/// Measured on the monotonic clock, so that a test may change nothing about it.
package struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    /// Makes a deadline that many seconds from now.
    package init(seconds: Double) {
        end = ContinuousClock.now + .milliseconds(Int64(seconds * 1000))
    }

    /// Whether the time is up.
    package var hasPassed: Bool { millisecondsLeft == 0 }

    /// The milliseconds left, rounded up, never negative; the form that `poll(2)` takes.
    package var millisecondsLeft: Int32 {
        let left = ContinuousClock.now.duration(to: end)
        guard left > .zero else { return 0 }
        let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
        return Int32(clamping: milliseconds + 1)
    }
}

/// Waits until `condition` holds, looking every five milliseconds, and throws naming `what` when the time is up.
///
/// - Parameters:
///   - what: the condition in words, for the report.
///   - seconds: how long to wait at most.
///   - condition: looked at from the calling thread.
/// - Throws: `SupportFailure` when the time is up, and whatever `condition` throws.
package func wait(for what: String, seconds: Double = 10, until condition: () throws -> Bool) throws {
    let deadline = Deadline(seconds: seconds)
    while try !condition() {
        guard !deadline.hasPassed else { throw SupportFailure("gave up waiting for \(what) after \(seconds) s") }
        usleep(5_000)
    }
}
