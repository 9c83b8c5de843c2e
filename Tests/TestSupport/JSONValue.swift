import Foundation

/// A JSON document as a value that a test can look into.
package enum JSONValue: Sendable, Equatable, Decodable {
    /// The literal `null`.
    case null
    /// A boolean.
    case boolean(Bool)
    /// A number.
    case number(Double)
    /// A string.
    case text(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object([String: JSONValue])

    /// Parses one document; nil when the text is anything else.
    package init?(parsing text: String) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) else { return nil }
        self = value
    }

    /// Decodes whichever kind is there.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// The member of an object, or nil.
    package subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The string, or nil when it is another kind.
    package var string: String? {
        guard case .text(let value) = self else { return nil }
        return value
    }

    /// The number, or nil when it is another kind.
    package var double: Double? {
        guard case .number(let value) = self else { return nil }
        return value
    }

    /// The number as an integer, or nil when it is none.
    package var integer: Int? { double.flatMap { Int(exactly: $0) } }

    /// The items of an array, or nil when it is another kind.
    package var items: [JSONValue]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    /// The member names of an object in alphabetical order; empty when it is another kind.
    package var names: [String] {
        guard case .object(let members) = self else { return [] }
        return members.keys.sorted()
    }
}
