/// The section `audit`.
package struct AuditSettings: Sendable, Hashable {
    /// `file`: absolute path of the log, which need not be there yet; its folder is.
    package let path: String
    /// `required`: whether a mutation that cannot be recorded is refused.
    package let isRequired: Bool
}
