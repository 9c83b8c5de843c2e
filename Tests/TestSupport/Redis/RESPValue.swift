/// A value of the Redis protocol, version 2, as it stands on the wire.
package enum RESPValue: Sendable, Equatable {
    /// A status such as `OK`.
    case simple(String)
    /// An error with its whole text, such as `NOAUTH Authentication required.`.
    case error(String)
    /// A signed number.
    case integer(Int)
    /// Bytes, or nil for the null bulk string.
    case bulk([UInt8]?)
    /// Values in order, or nil for the null array.
    case array([RESPValue]?)

    /// A bulk string with the bytes of a text.
    package static func text(_ text: String) -> RESPValue { .bulk(Array(text.utf8)) }

    /// A command as clients send it: an array of bulk strings.
    package static func command(_ arguments: [String]) -> RESPValue { .array(arguments.map { .text($0) }) }

    /// The text of a status, an error or a bulk string, and a number in digits; nil for everything else.
    package var text: String? {
        switch self {
        case .simple(let text), .error(let text): text
        case .integer(let number): "\(number)"
        case .bulk(let bytes): bytes.map { String(decoding: $0, as: UTF8.self) }
        case .array: nil
        }
    }

    /// The number of an integer, or of a bulk string of digits.
    package var integer: Int? { text.flatMap { Int($0) } }

    /// The members of an array; empty for everything else.
    package var members: [RESPValue] {
        if case .array(let members) = self { members ?? [] } else { [] }
    }

    /// Whether the server answered with an error.
    package var isError: Bool {
        if case .error = self { true } else { false }
    }

    /// The bytes on the wire.
    package var encoded: [UInt8] {
        switch self {
        case .simple(let text): Array("+\(text)\r\n".utf8)
        case .error(let text): Array("-\(text)\r\n".utf8)
        case .integer(let number): Array(":\(number)\r\n".utf8)
        case .bulk(nil): Array("$-1\r\n".utf8)
        case .bulk(let bytes?): Array("$\(bytes.count)\r\n".utf8) + bytes + [0x0D, 0x0A]
        case .array(nil): Array("*-1\r\n".utf8)
        case .array(let members?): Array("*\(members.count)\r\n".utf8) + members.flatMap(\.encoded)
        }
    }

    /// The members of an array of names and values, by name.
    package var table: [String: RESPValue] {
        let members = members
        var table: [String: RESPValue] = [:]
        for index in stride(from: 0, to: members.count - 1, by: 2) {
            if let name = members[index].text { table[name] = members[index + 1] }
        }
        return table
    }
}
