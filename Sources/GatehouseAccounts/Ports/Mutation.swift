package import GatehouseCore

/// What a transaction did: a value for the caller, and the event that records it.
///
/// A transaction closure must return one, and there is no other way to write: nothing changes without a record.
package struct Mutation<Value: Sendable>: Sendable {
    /// What the caller gets.
    package let value: Value
    /// What the audit log gets.
    package let event: AuditEvent

    /// Joins both.
    package init(_ value: Value, _ event: AuditEvent) {
        self.value = value
        self.event = event
    }
}
