/// A row of latency histograms in one flat array: recording is one addition to a bucket and one to a sum.
///
/// Each histogram takes 16 words: 14 bounded buckets, the unbounded one, and the sum in nanoseconds. Bucket counts are
/// kept apart and added up when they are rendered. The bounds are those of OpenTelemetry's
/// `http.server.request.duration`.
struct DurationHistograms: Sendable, Equatable {
    /// The upper bounds as Prometheus spells them, in seconds.
    static let boundTexts = [
        "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1", "2.5", "5", "7.5", "10",
    ]
    /// How many words a histogram takes.
    static var stride: Int { 16 }

    /// The words of all histograms.
    private(set) var words: [UInt64]

    /// Makes so many empty histograms.
    init(count: Int) {
        self.words = Array(repeating: 0, count: count * DurationHistograms.stride)
    }

    /// How many histograms there are.
    var count: Int {
        self.words.count / DurationHistograms.stride
    }

    /// Adds an empty histogram and returns its place.
    mutating func add() -> Int {
        let place = self.count
        self.words.append(contentsOf: repeatElement(0, count: DurationHistograms.stride))
        return place
    }

    /// Counts a duration; a histogram that does not exist counts nothing.
    @inline(__always)
    mutating func record(nanoseconds: UInt64, in histogram: Int) {
        guard histogram >= 0, histogram < self.count else { return }
        let base = histogram &* DurationHistograms.stride
        self.words[base &+ DurationHistograms.bucket(nanoseconds)] &+= 1
        self.words[base &+ 15] &+= nanoseconds
    }

    /// Adds another row's histogram to one of this row.
    mutating func merge(_ other: DurationHistograms, at theirs: Int, into ours: Int) {
        let source = theirs * DurationHistograms.stride
        let target = ours * DurationHistograms.stride
        guard source + DurationHistograms.stride <= other.words.count,
            target + DurationHistograms.stride <= self.words.count
        else { return }
        for offset in 0..<DurationHistograms.stride {
            self.words[target + offset] &+= other.words[source + offset]
        }
    }

    /// The counts of the 15 buckets, each with those below it, as Prometheus wants them.
    func cumulativeCounts(of histogram: Int) -> [UInt64] {
        let base = histogram * DurationHistograms.stride
        var sum: UInt64 = 0
        return self.words[base..<base + 15].map { count in
            sum &+= count
            return sum
        }
    }

    /// The sum of all durations in nanoseconds.
    func sum(of histogram: Int) -> UInt64 {
        self.words[histogram * DurationHistograms.stride + 15]
    }

    /// The bucket of a duration; a bound belongs to the bucket below it.
    @inline(__always)
    private static func bucket(_ nanoseconds: UInt64) -> Int {
        let millisecond: UInt64 = 1_000_000
        if nanoseconds <= 100 &* millisecond {
            if nanoseconds <= 5 &* millisecond { return 0 }
            if nanoseconds <= 10 &* millisecond { return 1 }
            if nanoseconds <= 25 &* millisecond { return 2 }
            if nanoseconds <= 50 &* millisecond { return 3 }
            return nanoseconds <= 75 &* millisecond ? 4 : 5
        }
        if nanoseconds <= 1000 &* millisecond {
            if nanoseconds <= 250 &* millisecond { return 6 }
            if nanoseconds <= 500 &* millisecond { return 7 }
            return nanoseconds <= 750 &* millisecond ? 8 : 9
        }
        if nanoseconds <= 2500 &* millisecond { return 10 }
        if nanoseconds <= 5000 &* millisecond { return 11 }
        if nanoseconds <= 7500 &* millisecond { return 12 }
        return nanoseconds <= 10_000 &* millisecond ? 13 : 14
    }
}
