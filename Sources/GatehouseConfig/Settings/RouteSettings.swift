package import GatehouseCore

/// One entry of `routes`.
package struct RouteSettings: Sendable {
    /// `name`: unique; by default the path, with the methods if that is taken.
    package let name: String
    /// `path`: a checked pattern; `*` is one segment, `**` comes last.
    package let path: String
    /// `methods`, upper case, or nothing for every method but TRACE, TRACK and CONNECT.
    package let methods: [String]?
    /// `access`.
    package let access: Access
    /// `upstream`: the name of an upstream that exists.
    package let upstream: String
    /// `rate_limits`: different indices into the policies of `Settings.rateLimits`, in the order of the file, at most 8.
    ///
    /// Without the key it is the policy `default`, if there is one.
    package let rateLimits: [Int]
    /// The global section with this route's own laid over it, key by key.
    package let securityHeaders: SecurityHeaderSettings
    /// `allow_empty_segments`: whether `//` may be in the path.
    package let allowEmptySegments: Bool

    /// Who may use a route.
    package enum Access: Sendable, Equatable {
        /// Everyone; no credential is read.
        case `public`
        /// Everyone with a good token.
        case authenticated
        /// Everyone whose token holds every one of these, at least one.
        case require([ClaimRequirement])
    }
}

/// One entry of a route's `access.require`.
package struct ClaimRequirement: Sendable, Equatable {
    /// `scope`, or the exact top-level claim, else a dotted path.
    package let name: String
    /// For `scope` all of these, which are text; for any other claim one of them, of its type; at least one.
    package let values: [ClaimValue]

    /// One entry with the values as the file has them.
    package init(name: String, values: [ClaimValue]) {
        self.name = name
        self.values = values
    }
}
