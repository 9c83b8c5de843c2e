/// The section `access_log`.
package enum AccessLogSettings: Sendable, Hashable {
    /// No access log.
    case off
    /// JSON lines on standard output.
    case standardOutput
    /// JSON lines appended to the file at this absolute path.
    case file(path: String)
}
