/// A time as RFC 3339 in UTC with whole seconds.
enum Timestamp {
    /// The text of a time in microseconds since 1970; years outside of 1970 to 9999 are cut to them.
    static func text(_ microseconds: Int64) -> String {
        let seconds = min(max(microseconds / 1_000_000, 0), 253_402_300_799)
        let date = self.civil(day: seconds / 86_400)
        let time = seconds % 86_400
        let day = "\(self.pad(date.year, 4))-\(self.pad(date.month, 2))-\(self.pad(date.day, 2))"
        return "\(day)T\(self.pad(time / 3600, 2)):\(self.pad(time / 60 % 60, 2)):\(self.pad(time % 60, 2))Z"
    }

    /// The date of a day counted from 1970-01-01, in the Gregorian calendar with years that begin in March.
    private static func civil(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func pad(_ value: Int64, _ digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
