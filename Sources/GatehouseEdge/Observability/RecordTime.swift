private import Glibc

/// A reading of both clocks: the wall clock for what people read, the monotonic one for durations.
///
/// A loop takes one reading a turn and passes it around; nothing here reads a clock unless `now()` is called.
package struct RecordTime: Sendable, Equatable {
    /// Milliseconds since 1970, UTC.
    package var wallMilliseconds: Int64
    /// Nanoseconds of the monotonic clock, of which only differences mean anything.
    package var monotonicNanoseconds: UInt64

    /// Makes a time of two readings.
    package init(wallMilliseconds: Int64, monotonicNanoseconds: UInt64) {
        self.wallMilliseconds = wallMilliseconds
        self.monotonicNanoseconds = monotonicNanoseconds
    }

    /// Reads both clocks.
    package static func now() -> RecordTime {
        let wall = RecordTime.read(CLOCK_REALTIME)
        let monotonic = RecordTime.read(CLOCK_MONOTONIC)
        return RecordTime(
            wallMilliseconds: Int64(wall.tv_sec) &* 1000 &+ Int64(wall.tv_nsec) / 1_000_000,
            monotonicNanoseconds: UInt64(truncatingIfNeeded: monotonic.tv_sec) &* 1_000_000_000
                &+ UInt64(truncatingIfNeeded: monotonic.tv_nsec)
        )
    }

    /// The time elapsed since an earlier monotonic reading in nanoseconds; zero if that one is later.
    func nanoseconds(since earlier: UInt64) -> UInt64 {
        self.monotonicNanoseconds > earlier ? self.monotonicNanoseconds &- earlier : 0
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return time
    }
}
