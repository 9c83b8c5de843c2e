import Foundation
import Testing

@testable import GatehouseEdge

@Suite struct HTTPDateTests {
    @Test func `the example of RFC 9110 comes out as it stands there`() {
        #expect(Self.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(Self.text(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(Self.text(951_782_400) == "Tue, 29 Feb 2000 00:00:00 GMT")
        #expect(Self.text(4_107_542_399) == "Sun, 28 Feb 2100 23:59:59 GMT")
        #expect(Self.text(4_107_542_400) == "Mon, 01 Mar 2100 00:00:00 GMT")
    }

    @Test func `every fifth day for 400 years is what another calendar says`() throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        for day in stride(from: Int64(0), to: 146_097, by: 5) {
            let seconds = day * 86_400 + (day &* 7919) % 86_400
            #expect(Self.text(seconds) == formatter.string(from: Date(timeIntervalSince1970: Double(seconds))))
        }
    }

    @Test func `times that no clock shows do not trap`() {
        #expect(Self.text(-1) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(Self.text(.min).hasSuffix("GMT"))
        #expect(Self.text(.max).hasSuffix("GMT"))
    }

    private static func text(_ seconds: Int64) -> String {
        var bytes: [UInt8] = [1, 2, 3]
        HTTPDate.write(seconds, to: &bytes)
        return wireText(bytes)
    }
}
