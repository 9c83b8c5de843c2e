/// The fixed-length date of HTTP (RFC 9110 section 5.6.7), for example `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let days: [StaticString] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Replaces `bytes` by the date of a time in seconds since 1970.
    static func write(_ seconds: Int64, to bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        let clamped = max(0, seconds)
        let day = clamped / 86_400
        let second = clamped % 86_400
        let civil = HTTPDate.civil(fromDays: day)
        append(HTTPDate.days[Int(day % 7)], to: &bytes)
        bytes.append(contentsOf: [0x2C, 0x20])
        appendPair(civil.day, to: &bytes)
        bytes.append(0x20)
        append(HTTPDate.months[Int(civil.month - 1)], to: &bytes)
        bytes.append(0x20)
        appendPair(civil.year / 100, to: &bytes)
        appendPair(civil.year % 100, to: &bytes)
        bytes.append(0x20)
        appendPair(second / 3600, to: &bytes)
        bytes.append(0x3A)
        appendPair(second / 60 % 60, to: &bytes)
        bytes.append(0x3A)
        appendPair(second % 60, to: &bytes)
        append(" GMT", to: &bytes)
    }

    /// The Gregorian date of a day counted from 1970-01-01, by eras of 400 years.
    static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func append(_ text: StaticString, to bytes: inout [UInt8]) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private static func appendPair(_ value: Int64, to bytes: inout [UInt8]) {
        bytes.append(0x30 &+ UInt8(truncatingIfNeeded: value / 10 % 10))
        bytes.append(0x30 &+ UInt8(truncatingIfNeeded: value % 10))
    }
}
