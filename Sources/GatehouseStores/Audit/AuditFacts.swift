package import GatehouseCore

/// What an audit log has done since the start of the process, for metrics.
package struct AuditFacts: Sendable, Equatable {
    /// How many records of each event were written (`gatehouse_audit_records_total`).
    package private(set) var records: [AuditEvent.Name: UInt64] = [:]
    /// How many records could not be written (`gatehouse_audit_write_failures_total`).
    package private(set) var failures: UInt64 = 0

    /// Nothing yet.
    package init() {}

    /// Counts the events of one batch.
    mutating func count(_ events: [AuditEvent], written isWritten: Bool) {
        guard isWritten else { return self.failures &+= UInt64(events.count) }
        for event in events { self.records[event.name, default: 0] &+= 1 }
    }
}
