/// `rate_limits.failures`.
package enum FailureSettings: Sendable {
    /// Refused tokens are not counted. The only choice in this version.
    case off
}
