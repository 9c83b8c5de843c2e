package import Logging

/// The application log: lifecycle, degraded modes and what a person should look at; requests are in the access log.
package enum GatehouseLog {
    /// Sends every logger of the process to standard error as JSON lines; call it once, first of all.
    package static func bootstrap(level: Logger.Level) {
        LoggingSystem.bootstrap { label in JSONLogHandler(label: label, level: level) }
    }
}
