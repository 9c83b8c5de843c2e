/// One value that a route's `require` asks for, of the type that the claim must have.
package enum ClaimValue: Sendable, Equatable {
    /// A string, compared byte for byte.
    case text(String)
    /// A number, compared by its value.
    case number(JSONNumber)
    /// `true` or `false`.
    case boolean(Bool)

    /// The value that stands for text without quotes: `true`, `false`, a number of RFC 8259 section 6, else the text.
    package init(plain text: String) {
        switch try? StrictJSON.parse(Array(text.utf8)) {
        // The reader takes space around a value; a number with some would not be one in a token.
        case .number(let number) where number.text.utf8.count == text.utf8.count: self = .number(number)
        case .bool(let value) where text == String(value): self = .boolean(value)
        default: self = .text(text)
        }
    }

    /// The characters of the value, without quotes.
    package var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): number.text
        case .boolean(let value): String(value)
        }
    }

    /// The value as a configuration has it: text in quotes only where it would be of another type without them.
    package var spelled: String {
        guard case .text(let text) = self, ClaimValue(plain: text) != self else { return self.text }
        return "\"\(text)\""
    }

    /// The value as JSON.
    package var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .number(let number): .number(number)
        case .boolean(let value): .bool(value)
        }
    }

    /// Whether a claim's value is this one, of the same type; without an allocation.
    func isSame(as value: JSONValue) -> Bool {
        switch (self, value) {
        case (.text(let text), .string(let other)): sameBytes(text, other)
        case (.number(let number), .number(let other)): ClaimValue.areEqual(number, other)
        case (.boolean(let flag), .bool(let other)): flag == other
        default: false
        }
    }

    /// Whole numbers are compared exactly at any size, so that rounding never makes two of them one.
    private static func areEqual(_ left: JSONNumber, _ right: JSONNumber) -> Bool {
        if let whole = left.integer, let other = right.integer {
            return whole == other
        }
        if self.isWhole(left), self.isWhole(right) {
            return sameBytes(left.text, right.text)
        }
        guard let value = left.double, let other = right.double else { return false }
        return value == other
    }

    private static func isWhole(_ number: JSONNumber) -> Bool {
        number.text.utf8.allSatisfy { $0 == 0x2D || $0 &- 0x30 < 10 }
    }
}

extension ClaimValue: ExpressibleByStringLiteral {
    /// A literal is text, whatever its characters.
    package init(stringLiteral text: String) {
        self = .text(text)
    }
}
