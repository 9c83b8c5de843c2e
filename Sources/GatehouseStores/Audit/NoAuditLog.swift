package import GatehouseCore

/// The audit log of a configuration without `audit:`; records nothing and never fails.
package struct NoAuditLog: AuditLog {
    /// Makes the log.
    package init() {}

    /// Does nothing.
    package func append(_ event: AuditEvent) throws(AuditFault) {}
}
