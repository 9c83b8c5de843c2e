internal import GatehouseAccounts
internal import GatehouseCore

/// The order of a recorded transaction: begin, change, record, commit.
extension SQLiteConnection {
    /// Begins a transaction for writing and runs a closure in it.
    func begun<Value>(
        _ body: (any AccountsWrites) throws(StoreFault) -> Mutation<Value>
    ) throws(StoreFault) -> Mutation<Value> {
        try self.run("BEGIN IMMEDIATE")
        return try body(AccountsQueries(connection: self))
    }

    /// Commits what was recorded already; if that fails the log gets to know it.
    func commit(_ event: AuditEvent, recordedIn audit: any AuditLog, _ owed: OwedRecords) throws(StoreFault) {
        do throws(StoreFault) {
            try self.run("COMMIT")
        } catch {
            var event = event
            event.result = .failure
            // The fault of the database is the one to report, whether the log can take this now or not.
            owed.append(event, to: audit)
            throw error
        }
    }
}

extension AuditLog {
    /// Appends an event behind what is owed, with a fault of the log as one of the store.
    func record(_ event: AuditEvent, behind owed: OwedRecords) throws(StoreFault) {
        do throws(AuditFault) {
            try owed.settle(in: self)
        } catch {
            throw .auditUnavailable(error.message)
        }
        try self.record(event)
    }

    /// Appends an event, with its fault as one of the store.
    func record(_ event: AuditEvent) throws(StoreFault) {
        do {
            try self.append(event)
        } catch {
            throw .auditUnavailable(error.message)
        }
    }
}
