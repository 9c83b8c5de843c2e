/// The current time as RFC 3339 text in UTC with milliseconds, most of it kept from one call to the next.
///
/// Date and time of day are worked out once a second; a call within the same second rewrites three digits.
/// Loop-confined.
struct TimestampText {
    /// `2026-01-31T23:59:59.123Z`.
    private(set) var bytes: [UInt8] = Array("1970-01-01T00:00:00.000Z".utf8)
    private var second: Int64 = 0

    /// Brings the text to a time in milliseconds since 1970; years outside of 0 to 9999 are not told apart.
    mutating func update(wallMilliseconds: Int64) {
        let second = wallMilliseconds >= 0 ? wallMilliseconds / 1000 : 0
        if second != self.second {
            self.second = second
            self.rewrite()
        }
        self.put(UInt64(truncatingIfNeeded: wallMilliseconds >= 0 ? wallMilliseconds % 1000 : 0), at: 20, digits: 3)
    }

    private mutating func rewrite() {
        let secondOfDay = UInt64(truncatingIfNeeded: self.second % 86_400)
        let date = TimestampText.civil(day: self.second / 86_400)
        self.put(UInt64(truncatingIfNeeded: date.year), at: 0, digits: 4)
        self.put(UInt64(truncatingIfNeeded: date.month), at: 5, digits: 2)
        self.put(UInt64(truncatingIfNeeded: date.day), at: 8, digits: 2)
        self.put(secondOfDay / 3600, at: 11, digits: 2)
        self.put(secondOfDay / 60 % 60, at: 14, digits: 2)
        self.put(secondOfDay % 60, at: 17, digits: 2)
    }

    private mutating func put(_ value: UInt64, at place: Int, digits: Int) {
        var rest = value
        var index = place &+ digits
        while index > place {
            index &-= 1
            self.bytes[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// The date of a day counted from 1970-01-01, in the Gregorian calendar with years that begin in March.
    private static func civil(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day &+ 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let marchMonth = (5 &* dayOfYear &+ 2) / 153
        let month = marchMonth < 10 ? marchMonth &+ 3 : marchMonth &- 9
        let year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear &- (153 &* marchMonth &+ 2) / 5 &+ 1)
    }
}
