internal import GatehouseAccounts

/// A connection to a database inside a transaction, for the one thread that has it.
///
/// The statements are such that SQLite and PostgreSQL take them alike: parameters `$1`, `$2`, ... by number, `RETURNING`,
/// `ON CONFLICT`, whole numbers of 64 bits, texts. They are literals of the program, which their type enforces: no value can get
/// into one but through a parameter.
protocol SQLConnection {
    /// Runs one statement and returns its rows, all of them; `$1` stands for the first argument.
    @discardableResult
    func run(_ statement: StaticString, _ arguments: [SQLValue]) throws(StoreFault) -> [SQLRow]
}

extension SQLConnection {
    /// Runs one statement without parameters.
    @discardableResult
    func run(_ statement: StaticString) throws(StoreFault) -> [SQLRow] {
        try self.run(statement, [])
    }
}

/// What a parameter or a column holds.
enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)

    /// A text, or null for nil.
    static func optional(_ text: String?) -> SQLValue {
        text.map { .text($0) } ?? .null
    }

    /// An id.
    static func id(_ id: Identifier) -> SQLValue {
        .text(id.text)
    }

    /// Bytes as lower-case hexadecimal: the two databases have no type for bytes in common.
    static func hexadecimal(_ bytes: [UInt8]) -> SQLValue {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }
        return .text(String(decoding: text, as: UTF8.self))
    }
}

/// One row of a result; a column of another kind than expected is `StoreFault.corrupt`.
struct SQLRow: Sendable {
    private let values: [SQLValue]
    private let statement: StaticString

    /// Gathers the columns that a statement returned.
    init(_ values: [SQLValue], of statement: StaticString) {
        self.values = values
        self.statement = statement
    }

    /// The whole number in a column, counted from zero.
    func integer(_ column: Int) throws(StoreFault) -> Int64 {
        guard case .integer(let number) = self.value(column) else { throw self.fault(column) }
        return number
    }

    /// The whole number in a column, or nil for null.
    func optionalInteger(_ column: Int) throws(StoreFault) -> Int64? {
        self.value(column) == .null ? nil : try self.integer(column)
    }

    /// The text in a column.
    func text(_ column: Int) throws(StoreFault) -> String {
        guard case .text(let text) = self.value(column) else { throw self.fault(column) }
        return text
    }

    /// The text in a column, or nil for null.
    func optionalText(_ column: Int) throws(StoreFault) -> String? {
        self.value(column) == .null ? nil : try self.text(column)
    }

    /// The id in a column.
    func id(_ column: Int) throws(StoreFault) -> Identifier {
        guard let id = Identifier(try self.text(column)) else { throw self.fault(column) }
        return id
    }

    /// The bytes in a column that holds them as hexadecimal.
    func bytes(_ column: Int) throws(StoreFault) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in try self.text(column).utf8 {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x61...0x66: value = digit - 0x57
            default: throw self.fault(column)
            }
            if let first = high { bytes.append(first << 4 | value) }
            high = high == nil ? value : nil
        }
        guard high == nil else { throw self.fault(column) }
        return bytes
    }

    /// A column's text as one of a closed set.
    func choice<Choice: RawRepresentable<String>>(_ column: Int) throws(StoreFault) -> Choice {
        guard let choice = Choice(rawValue: try self.text(column)) else { throw self.fault(column) }
        return choice
    }

    /// What to say of a column that holds what no version writes; names the place and never the value.
    func fault(_ column: Int) -> StoreFault {
        .corrupt("column \(column + 1) of the result of: \(self.statement)")
    }

    private func value(_ column: Int) -> SQLValue? {
        self.values.indices.contains(column) ? self.values[column] : nil
    }
}
