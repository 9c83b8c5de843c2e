private import FoundationEssentials

/// A second of the wall clock, for people.
struct Moment {
    private let seconds: Int64

    /// A time in seconds since 1970.
    init(_ seconds: Int64) {
        self.seconds = seconds
    }

    /// The time as RFC 3339 in UTC; beyond the years that have four digits the bare number.
    var text: String {
        guard (0...Self.lastOfFourDigits).contains(self.seconds) else { return "second \(self.seconds) since 1970" }
        return Date(timeIntervalSince1970: Double(self.seconds)).formatted(.iso8601)
    }

    /// `5 minutes ago`, `in 2 hours`, or `now`.
    func relative(to now: Int64) -> String {
        let (difference, overflow) = self.seconds.subtractingReportingOverflow(now)
        guard !overflow else { return self.seconds < now ? "long ago" : "in the far future" }
        guard difference != 0 else { return "now" }
        let amount = Self.amount(difference.magnitude)
        return difference < 0 ? "\(amount) ago" : "in \(amount)"
    }

    private static func amount(_ seconds: UInt64) -> String {
        let units: [(String, UInt64)] = [("day", 86_400), ("hour", 3600), ("minute", 60)]
        // One and a half of a unit is where it becomes the better one: 80 seconds, then 2 minutes.
        let (noun, size) = units.first { seconds >= $0.1 + $0.1 / 2 } ?? ("second", 1)
        let count = (seconds + size / 2) / size
        return "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    private static let lastOfFourDigits: Int64 = 253_402_300_799
}
