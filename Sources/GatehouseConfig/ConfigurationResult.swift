/// What came of reading a configuration: settings, or errors; warnings in both cases.
package struct ConfigurationResult: Sendable {
    /// The settings; there exactly if there is no error.
    package let settings: Settings?
    /// The effective settings for showing; there exactly if `settings` is.
    package let dump: ConfigurationDump?
    /// Everything that was said, in the order of the file; what concerns the file as a whole comes first.
    package let diagnostics: [Diagnostic]

    /// What stops the start.
    package var errors: [Diagnostic] {
        diagnostics.filter { $0.severity == .error }
    }

    /// What does not.
    package var warnings: [Diagnostic] {
        diagnostics.filter { $0.severity == .warning }
    }
}
