/// A section `security_headers`, resolved.
package struct SecurityHeaderSettings: Sendable, Hashable {
    /// `preset`.
    package let preset: Preset
    /// The fields to put on answers, in a fixed order, presets and single values merged.
    package let fields: [Field]
    /// Names (in their usual spelling) that the file sets to `null`: the gate leaves them out and the app's own pass.
    package let leftOut: [String]

    /// A set of security headers.
    package enum Preset: String, Sendable {
        /// All eight.
        case strict
        /// Strict-Transport-Security and X-Content-Type-Options, for apps that bring their own.
        case api
        /// None.
        case off
    }

    /// One security header.
    package struct Field: Sendable, Hashable {
        /// The name in its usual spelling.
        package let name: String
        /// The value, without control characters.
        package let value: String
        /// Whether it is meant for answers over TLS only: Strict-Transport-Security (RFC 6797 7.2).
        package let onlyOverTLS: Bool
    }
}
