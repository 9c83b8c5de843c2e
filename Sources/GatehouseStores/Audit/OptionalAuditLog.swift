package import GatehouseCore
private import Synchronization

/// The audit log with `required: false`: what cannot be recorded goes on without a record.
///
/// The first failure after a success is reported; the rest are only counted, so that an outage does not fill the other log.
package final class OptionalAuditLog: AuditLog {
    private let log: any AuditLog
    private let report: @Sendable (AuditFault) -> Void
    private let outage = Mutex(Outage())

    /// Wraps a log; `report` is called on the thread of whoever appends, once an outage.
    package init(_ log: any AuditLog, report: @escaping @Sendable (AuditFault) -> Void) {
        self.log = log
        self.report = report
    }

    /// How many records were not written.
    package var lostCount: UInt64 { self.outage.withLock { $0.lost } }

    /// Records an event if that can be done; blocks for the disk and never throws.
    package func append(_ event: AuditEvent) throws(AuditFault) {
        do {
            try self.log.append(event)
            self.outage.withLock { $0.isReported = false }
        } catch {
            let isNew = self.outage.withLock { outage in
                defer { outage.isReported = true }
                outage.lost &+= 1
                return !outage.isReported
            }
            if isNew { self.report(error) }
        }
    }

    private struct Outage {
        var lost: UInt64 = 0
        var isReported = false
    }
}
