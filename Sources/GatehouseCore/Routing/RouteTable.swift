/// The routes in the order of the file, and the rule by which one of them is chosen.
///
/// The first route whose path matches decides, together with later routes of the very same path and other methods. There is no
/// fall-through: a method that none of them lists is refused, even if a weaker route below would take it. Immutable.
package struct RouteTable: Sendable {
    /// The routes; `Route.index` is the place in here.
    package let routes: [Route]
    private let matcher: PathMatcher
    private let groups: [Group]
    private let groupOfRoute: [Int]

    /// The routes of one path.
    private struct Group: Sendable {
        var pattern: PathPattern
        var members: [Route]
        var methods: AllowedMethods
    }

    /// Makes a table of the configured routes, then the gate's own, whose `index` is their place in both together.
    ///
    /// The gate's own come first when a request is matched, and share no path's methods with a configured route.
    package init(_ configured: [Route], own: [Route] = []) {
        var matcher = PathMatcher()
        var groups: [Group] = []
        let routes = configured + own
        var groupOfRoute = [Int](repeating: 0, count: routes.count)
        for part in [own, configured] {
            let first = groups.count
            for route in part {
                let methods = AllowedMethods(route)
                if let index = groups.indices.dropFirst(first).first(where: { groups[$0].pattern == route.pattern }) {
                    groups[index].members.append(route)
                    groups[index].methods.formUnion(methods)
                    groupOfRoute[route.index] = index
                } else {
                    groupOfRoute[route.index] = groups.count
                    groups.append(Group(pattern: route.pattern, members: [route], methods: methods))
                    matcher.append(route.pattern)
                }
            }
        }
        self.routes = routes
        self.matcher = matcher
        self.groups = groups
        self.groupOfRoute = groupOfRoute
    }

    /// Chooses the route for a request; whether it takes the method is for `restrict` to say.
    ///
    /// Throws `ambiguousPath(.emptySegment)` unless the chosen route allows such paths, before it throws `routeUnknown`. A preflight
    /// asks for the method of the request to come (Fetch section 4.8): pass true for `asPreflight` once it is known to be one.
    package func match(
        _ path: borrowing PathKey,
        _ head: RequestHead,
        asPreflight: Bool = false
    ) throws(Refusal) -> Route {
        let group = self.matcher.firstMatch(path.storage(in: head), path.range)
        let route = group.flatMap { self.choose($0, head, asPreflight: asPreflight) }
        if path.hasEmptySegments, !(route?.allowsEmptySegments ?? false) { throw .ambiguousPath(.emptySegment) }
        guard let route, route.destination != .nobody else { throw .routeUnknown }
        return route
    }

    /// Refuses a method that no route of this path lists: 405 with the union of what they list (RFC 9110 section 15.5.6).
    package func restrict(_ head: RequestHead, on route: Route) throws(Refusal) {
        guard route.takes(head.method, head.methodToken) else {
            throw .methodNotAllowed(route: route.index)
        }
    }

    /// The methods that a route and the others of its path take together; all of them for an index that is none.
    package func methods(ofRoute index: Int) -> AllowedMethods {
        guard self.groupOfRoute.indices.contains(index) else { return .all }
        return self.groups[self.groupOfRoute[index]].methods
    }

    private func choose(_ group: Int, _ head: RequestHead, asPreflight: Bool) -> Route? {
        let members = self.groups[group].members
        guard members.count > 1 else { return members.first }
        if asPreflight, let range = head.firstValue(.accessControlRequestMethod) {
            let method = unsafe Method(head.bytes.span.bytes.extracting(range.clamped(to: 0..<head.bytes.count)))
            let token = head.bytes[range.clamped(to: head.bytes.indices)]
            return members.first { $0.takes(method, token) } ?? members.first
        }
        return members.first { $0.takes(head.method, head.methodToken) } ?? members.first
    }
}

extension RequestHead {
    /// The method as it was spelled.
    fileprivate var methodToken: ArraySlice<UInt8> {
        self.bytes[self.methodRange.clamped(to: self.bytes.indices)]
    }
}

extension Route {
    /// Whether the route takes the method; `token`, which spells it, is only looked at if it has no case of its own.
    func takes(_ method: Method, _ token: @autoclosure () -> ArraySlice<UInt8>) -> Bool {
        guard let methods = self.methods else { return !method.isForbidden }
        guard method == .other else {
            return methods.contains(method) || (method == .head && methods.contains(.get))
        }
        let token = token()
        return self.otherMethods.contains { $0.elementsEqual(token) }
    }
}

extension MethodSet {
    /// Adds all methods of another set.
    mutating func formUnion(_ other: MethodSet) {
        self.bits |= other.bits
    }
}
