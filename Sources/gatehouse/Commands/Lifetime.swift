internal import ArgumentParser

/// How long a token is good, from a text such as `5m`: a whole number with `s`, `m`, `h` or `d`.
struct Lifetime: ExpressibleByArgument {
    /// At least one second, at most ten years.
    let seconds: Int64

    /// Five minutes.
    static let standard = Lifetime(seconds: 300)

    init?(argument: String) {
        guard let unit = argument.last.flatMap({ Self.units[$0] }), let count = Int64(argument.dropLast()), count > 0
        else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, seconds <= Self.longest else { return nil }
        self.init(seconds: seconds)
    }

    var defaultValueDescription: String { "5m" }

    private init(seconds: Int64) {
        self.seconds = seconds
    }

    private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    private static let longest: Int64 = 3650 * 86_400
}
