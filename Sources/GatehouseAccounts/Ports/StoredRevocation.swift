package import GatehouseCore

/// A revocation with its place in the order in which all processes see it.
package struct StoredRevocation: Sendable, Equatable {
    /// The number, at least 1; one that becomes visible later is greater.
    package let sequence: Int64
    /// What ended.
    package let entry: Revocations.Entry

    /// Gathers the columns.
    package init(sequence: Int64, entry: Revocations.Entry) {
        self.sequence = sequence
        self.entry = entry
    }
}
