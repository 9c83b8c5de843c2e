/// The section `cors`.
package struct CrossOriginSettings: Sendable {
    /// `origins`.
    package let origins: Origins
    /// `methods` that a preflight may ask for.
    package let methods: [String]
    /// `headers` that a preflight may ask for, as written; compared without case.
    package let headers: [String]
    /// `expose`: what scripts may read.
    package let exposed: [String]
    /// `credentials`.
    package let credentials: Bool
    /// `max_age`: how long a browser may keep a preflight's answer.
    package let maxAge: Duration

    /// Which origins are let in.
    package enum Origins: Sendable, Equatable {
        /// `["*"]`, never with credentials.
        case any
        /// Only these; compared byte for byte.
        case listed([OriginPattern])
    }
}

/// One entry of `cors.origins`.
package enum OriginPattern: Sendable, Hashable {
    /// An origin as browsers send it: `scheme://host[:port]`, lower case, no default port.
    case exact(String)
    /// `https://*.example.com`: exactly one label between `prefix` (`https://`) and `suffix` (`.example.com`).
    case oneLabel(prefix: String, suffix: String)
}
