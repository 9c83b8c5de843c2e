internal import GatehouseCore
private import Synchronization

/// Outcomes that the log could not take when they were known: they go before the next record.
///
/// A mutation is recorded before it is committed. If the commit fails the record that says so may fail as well, for one full disk
/// often holds both; the log must not go on as if the mutation had been carried out. `Sendable`.
final class OwedRecords: Sendable {
    private let owed = Mutex<[AuditEvent]>([])

    /// Begins with none.
    init() {}

    /// Appends an event that the caller reports a fault for in any case; it is kept if the log cannot take it now.
    func append(_ event: AuditEvent, to log: any AuditLog) {
        self.owed.withLock { owed in
            owed.append(event)
            OwedRecords.settle(&owed, log)
        }
    }

    /// Appends everything that is owed; throws, and keeps what is left, if the log cannot take it.
    func settle(in log: any AuditLog) throws(AuditFault) {
        let fault = self.owed.withLock { owed in OwedRecords.settle(&owed, log) }
        if let fault { throw fault }
    }

    @discardableResult
    private static func settle(_ owed: inout [AuditEvent], _ log: any AuditLog) -> AuditFault? {
        while let event = owed.first {
            do throws(AuditFault) {
                try log.append(event)
            } catch {
                return error
            }
            owed.removeFirst()
        }
        return nil
    }
}
