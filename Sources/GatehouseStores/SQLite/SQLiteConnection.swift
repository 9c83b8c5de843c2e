private import Foundation
internal import GatehouseAccounts
internal import GRDB

/// A connection of GRDB during one use of it, on the thread of that use.
struct SQLiteConnection: SQLConnection {
    /// GRDB's own, valid only inside of its closure.
    let database: Database
    /// Told of faults that this connection may not recover from.
    let trouble = Trouble()

    /// Whether a connection is still good.
    final class Trouble {
        fileprivate(set) var isFound = false
    }

    @discardableResult
    func run(_ statement: StaticString, _ arguments: [SQLValue]) throws(StoreFault) -> [SQLRow] {
        do {
            // SQLite sees `$1` as a parameter with the name 1, wherever it stands; the names come without the dollar.
            var named: [String: (any DatabaseValueConvertible)?] = [:]
            for (index, argument) in arguments.enumerated() {
                named[String(index + 1)] = .some(try argument.bound())
            }
            let prepared = try self.database.cachedStatement(sql: statement.description)
            guard prepared.columnCount > 0 else {
                try prepared.execute(arguments: StatementArguments(named))
                return []
            }
            return try Row.fetchAll(prepared, arguments: StatementArguments(named)).map { row in
                SQLRow(try row.databaseValues.map(SQLValue.init(read:)), of: statement)
            }
        } catch {
            self.note(error)
            throw StoreFault(error)
        }
    }

    /// A lock, a lack of room and a broken constraint are over when they are over; after anything else we begin anew.
    private func note(_ error: any Error) {
        guard let error = error as? DatabaseError else { return }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_CONSTRAINT: break
        default: self.trouble.isFound = true
        }
    }
}

extension SQLValue {
    fileprivate init(read value: DatabaseValue) throws(StoreFault) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .string(let text): self = .text(text)
        case .double, .blob: throw .corrupt("a column holds a fraction or bytes")
        }
    }

    fileprivate func bound() throws(StoreFault) -> (any DatabaseValueConvertible)? {
        switch self {
        case .null: return nil
        case .integer(let number): return number
        case .text(let text):
            // The C interface would silently end the text there.
            guard !text.utf8.contains(0) else { throw .corrupt("a text for the database holds a NUL") }
            return text
        }
    }
}

extension StoreFault {
    /// What an error of GRDB means for the service; its text never holds a value of a row.
    init(_ error: any Error) {
        switch error {
        case let fault as StoreFault:
            self = fault
        case let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT:
            self = .corrupt(error.message ?? "a constraint does not hold")
        case let error as DatabaseError:
            self = .unavailable("SQLite: \(error.message ?? "error") (\(error.extendedResultCode.rawValue))")
        default:
            self = .unavailable("SQLite: \(type(of: error))")
        }
    }
}
