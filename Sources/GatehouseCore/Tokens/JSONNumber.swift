/// A JSON number: its exact text, and what it means where that can be said without loss or trap.
package struct JSONNumber: Sendable, Equatable {
    /// The text, which is of the grammar of RFC 8259 section 6.
    package let text: String

    /// A whole number.
    package init(_ value: Int64) {
        self.text = String(value)
    }

    /// A number in a text that the reader has checked against the grammar.
    init(checked text: String) {
        self.text = text
    }

    /// The value, if the text is a whole number without fraction and exponent and fits.
    package var integer: Int64? {
        let isNegative = self.text.utf8.first == 0x2D
        var value: Int64 = 0
        for byte in self.text.utf8.dropFirst(isNegative ? 1 : 0) {
            guard byte &- 0x30 < 10 else { return nil }
            let digit = Int64(byte &- 0x30) * (isNegative ? -1 : 1)
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// The nearest floating-point value, or nil if it is beyond the finite ones (`1e400`).
    package var double: Double? {
        guard let value = Double(self.text), value.isFinite else { return nil }
        return value
    }

    /// The number as a time in whole seconds since 1970 (`NumericDate` of RFC 7519 section 2), or nil if it is not finite.
    ///
    /// A fraction is rounded up: for a clock of whole seconds `now < exp` and `now >= nbf` then decide as for the exact
    /// number. Times beyond 2^53 are clamped, so that a leeway can be added without overflow.
    package var seconds: Int64? {
        if let whole = self.integer { return min(max(whole, -JSONNumber.bound), JSONNumber.bound) }
        guard let value = self.double else { return nil }
        let limit = Double(JSONNumber.bound)
        return Int64(exactly: min(max(value.rounded(.up), -limit), limit))
    }

    private static let bound: Int64 = 1 << 53

    /// Whether both have the same text.
    package static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        sameBytes(left.text, right.text)
    }
}
