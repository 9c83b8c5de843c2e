/// Reads numbers, durations and sizes as `proxy.conf` writes them; YAML's own rules for numbers play no part.
enum ScalarParsing {
    /// A whole number in decimal digits, without sign and without leading zeros.
    static func integer(_ text: String, within range: ClosedRange<Int>) throws(ScalarFlaw) -> Int {
        guard let number = digits(text[...]), text == "0" || !text.hasPrefix("0") else {
            throw ScalarFlaw("`\(Excerpt.of(text))` is not a whole number")
        }
        guard range.contains(number) else {
            if range.count == 1 {
                throw ScalarFlaw("`\(Excerpt.of(text))` must be \(range.lowerBound)")
            }
            throw ScalarFlaw("`\(Excerpt.of(text))` is outside of \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `true`, `false`, `on` or `off`.
    static func boolean(_ text: String) throws(ScalarFlaw) -> Bool {
        switch text {
        case "true", "on": return true
        case "false", "off": return false
        case "yes", "Yes", "YES", "True", "TRUE", "On", "ON", "1":
            throw ScalarFlaw("`\(text)` is neither `true` nor `false`", hint: "write `true`")
        case "no", "No", "NO", "False", "FALSE", "Off", "OFF", "0":
            throw ScalarFlaw("`\(text)` is neither `true` nor `false`", hint: "write `false`")
        default:
            throw ScalarFlaw("`\(Excerpt.of(text))` is neither `true` nor `false`")
        }
    }

    /// A whole number with one of the units `ms`, `s`, `m`, `h`, `d`.
    static func duration(_ text: String, within range: ClosedRange<Duration>) throws(ScalarFlaw) -> Duration {
        let (number, unit) = split(text)
        guard let number else {
            throw ScalarFlaw("`\(Excerpt.of(text))` is not a duration", hint: "write it like `5s` or `20ms`")
        }
        guard !unit.isEmpty else {
            throw ScalarFlaw("`\(number)` needs a unit", hint: "did you mean `\(number)s`? units: ms, s, m, h, d")
        }
        guard let milliseconds = durationUnits.first(where: { $0.name == unit })?.milliseconds else {
            guard !unit.hasPrefix(".") else {
                let hint = "whole numbers only: `1500ms`, not `1.5s`"
                throw ScalarFlaw("`\(Excerpt.of(text))` is not a duration", hint: hint)
            }
            let nearest = durationMisspellings[unit.lowercased()].map { "did you mean `\(number)\($0)`? " } ?? ""
            throw ScalarFlaw("`\(Excerpt.of(text))` is not a duration", hint: "\(nearest)units: ms, s, m, h, d")
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: milliseconds)
        guard !overflow, range.contains(.milliseconds(product)) else {
            let bounds = "\(spelled(range.lowerBound)) to \(spelled(range.upperBound))"
            throw ScalarFlaw("`\(Excerpt.of(text))` is outside of \(bounds)")
        }
        return .milliseconds(product)
    }

    /// A whole number with one of the units `B`, `KiB`, `MiB`, `GiB`, in bytes.
    static func size(_ text: String, within range: ClosedRange<Int>) throws(ScalarFlaw) -> Int {
        let (number, unit) = split(text)
        guard let number else {
            throw ScalarFlaw("`\(Excerpt.of(text))` is not a size", hint: "write it like `32KiB` or `10MiB`")
        }
        guard !unit.isEmpty else {
            let hint = "did you mean `\(number)\(number < 1024 ? "KiB" : "B")`? units: B, KiB, MiB, GiB"
            throw ScalarFlaw("`\(number)` needs a unit", hint: hint)
        }
        guard let factor = sizeUnits.first(where: { $0.name == unit })?.bytes else {
            let initial = unit.lowercased().first
            let meant = sizeUnits.last { $0.name.lowercased().first == initial }
            let nearest = meant.map { "did you mean `\(number)\($0.name)`? " } ?? ""
            throw ScalarFlaw("`\(Excerpt.of(text))` is not a size", hint: "\(nearest)units: B, KiB, MiB, GiB")
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow, range.contains(product) else {
            let bounds = "\(spelled(bytes: range.lowerBound)) to \(spelled(bytes: range.upperBound))"
            throw ScalarFlaw("`\(Excerpt.of(text))` is outside of \(bounds)")
        }
        return product
    }

    private static func split(_ text: String) -> (number: Int?, unit: String) {
        let end = text.firstIndex { !("0"..."9").contains($0) } ?? text.endIndex
        return (digits(text[..<end]), String(text[end...]))
    }

    /// A run of ASCII digits; beyond 15 of them the number stays at 10 to the 15th, which no directive allows.
    private static func digits(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        guard text.utf8.count <= 15 else { return 1_000_000_000_000_000 }
        return text.utf8.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func spelled(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds == 0 else { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
        for unit in durationUnits.reversed() where unit.milliseconds >= 1000 && seconds > 0 {
            let whole = Int64(unit.milliseconds / 1000)
            if seconds % whole == 0 {
                return "\(seconds / whole)\(unit.name)"
            }
        }
        return "\(seconds)s"
    }

    private static func spelled(bytes: Int) -> String {
        for unit in sizeUnits.reversed() where bytes > 0 && bytes % unit.bytes == 0 {
            return "\(bytes / unit.bytes)\(unit.name)"
        }
        return "\(bytes)B"
    }

    private static let durationUnits = [
        (name: "ms", milliseconds: 1), (name: "s", milliseconds: 1000), (name: "m", milliseconds: 60_000),
        (name: "h", milliseconds: 3_600_000), (name: "d", milliseconds: 86_400_000),
    ]
    private static let durationMisspellings = [
        "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m",
        "minutes": "m", "hour": "h", "hours": "h", "day": "d", "days": "d", "msec": "ms", "millis": "ms",
        "milliseconds": "ms",
    ]
    private static let sizeUnits = [
        (name: "B", bytes: 1), (name: "KiB", bytes: 1 << 10), (name: "MiB", bytes: 1 << 20),
        (name: "GiB", bytes: 1 << 30),
    ]
}
