/// One entry of the route table, with everything that was decided about it at configuration time.
///
/// Immutable and shared by all loops.
package final class Route: Sendable {
    /// The place in the table, and the label of metrics.
    package let index: Int
    /// The configured name.
    package let name: String
    /// What paths it matches.
    package let pattern: PathPattern
    /// The methods it lists, or nil for all that are not forbidden; HEAD follows GET.
    package let methods: MethodSet?
    /// Listed methods that have no case of their own, by their token.
    package let otherMethods: [[UInt8]]
    /// Who may use it.
    package let access: Access
    /// The index of the upstream that serves it.
    package let upstream: Int
    /// Whether paths with empty segments (`//`) are let through.
    package let allowsEmptySegments: Bool
    /// What every answer on this route gets and loses.
    package let decorations: Decorations

    /// Makes a route; what it is given has been checked by configuration.
    package init(
        index: Int,
        name: String,
        pattern: PathPattern,
        methods: MethodSet? = nil,
        otherMethods: [[UInt8]] = [],
        access: Access,
        upstream: Int,
        allowsEmptySegments: Bool = false,
        decorations: Decorations
    ) {
        self.index = index
        self.name = name
        self.pattern = pattern
        self.methods = methods
        self.otherMethods = otherMethods
        self.access = access
        self.upstream = upstream
        self.allowsEmptySegments = allowsEmptySegments
        self.decorations = decorations
    }
}
