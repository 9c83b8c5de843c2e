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
    /// Who serves it.
    package let destination: Destination
    /// The places of the quotas that its requests take from.
    package let quotas: [Int]
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
        destination: Destination,
        quotas: [Int] = [],
        allowsEmptySegments: Bool = false,
        decorations: Decorations
    ) {
        self.index = index
        self.name = name
        self.pattern = pattern
        self.methods = methods
        self.otherMethods = otherMethods
        self.access = access
        self.destination = destination
        self.quotas = quotas
        self.allowsEmptySegments = allowsEmptySegments
        self.decorations = decorations
    }
}

/// Who serves a route.
package enum Destination: Sendable, Equatable {
    /// The upstream app at this place.
    case upstream(Int)
    /// The accounts service.
    case accounts(AccountsEndpoint)
    /// Nobody: the path is kept free, and answered 404.
    case nobody
}
