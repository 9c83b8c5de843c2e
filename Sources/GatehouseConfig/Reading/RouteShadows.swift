internal import GatehouseCore

/// Warns about routes that earlier ones keep from ever deciding, and about public routes that reach into protected ones.
struct RouteShadows {
    let diagnostics: DiagnosticCollector
    private var earlier: [Seen] = []

    private struct Seen {
        let pattern: PathPattern
        let methods: [String]?
        let isPublic: Bool
        let place: Position?
    }

    init(diagnostics: DiagnosticCollector) {
        self.diagnostics = diagnostics
    }

    /// Compares a route with those before it.
    mutating func add(_ pattern: PathPattern, methods: [String]?, access: RouteSettings.Access, at place: Position?) {
        let route = Seen(pattern: pattern, methods: methods, isPublic: access == .public, place: place)
        defer { earlier.append(route) }
        if let blocker = blocker(of: route) {
            let line = blocker.place.map { " at line \($0.line)" } ?? ""
            let opens = blocker.isPublic && !route.isPublic ? ", which is public," : ""
            diagnostics.warning(
                "this route is never reached: `\(Excerpt.of(blocker.pattern.text))`\(line)\(opens) matches first",
                at: place,
                hint: "put the narrower route first"
            )
            return
        }
        guard !route.isPublic else { return }
        for other in earlier where other.isPublic && reaches(other.pattern, into: pattern) {
            let line = other.place.map { " at line \($0.line)" } ?? ""
            diagnostics.warning(
                "the public route `\(Excerpt.of(other.pattern.text))`\(line) matches some paths of this one first",
                at: place,
                hint: "put the protected route first"
            )
        }
    }

    /// The route that leaves nothing to this one.
    ///
    /// The first route whose path matches decides, together with later ones of the very same path; so another pattern
    /// blocks whatever its methods are, and the same one only by methods.
    private func blocker(of route: Seen) -> Seen? {
        var left = route.methods.map(Set.init)
        for other in earlier {
            if other.pattern == route.pattern {
                guard let methods = other.methods else { return other }
                left?.subtract(methods)
                if left?.isEmpty == true {
                    return other
                }
            } else if other.pattern.covers(route.pattern) {
                // The same path further up decides together with this route, so a route between them does not block.
                let isJoined = earlier.contains { $0.pattern == route.pattern }
                guard isJoined else { return other }
            }
        }
        return nil
    }

    /// Whether the patterns share paths without the public one being the narrower, which is how exceptions are written.
    private func reaches(_ open: PathPattern, into closed: PathPattern) -> Bool {
        !closed.covers(open) && Self.overlap(open.text, closed.text)
    }

    private static func overlap(_ left: String, _ right: String) -> Bool {
        let first = segments(left)
        let second = segments(right)
        let shared = min(first.fixed.count, second.fixed.count)
        if !first.isOpen, first.fixed.count < second.fixed.count { return false }
        if !second.isOpen, second.fixed.count < first.fixed.count { return false }
        return (0..<shared).allSatisfy { index in
            let (one, other) = (first.fixed[index], second.fixed[index])
            return one == other || (one == "*" && !other.isEmpty) || (other == "*" && !one.isEmpty)
        }
    }

    private static func segments(_ text: String) -> (fixed: [Substring], isOpen: Bool) {
        var parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let isOpen = parts.last == "**"
        if isOpen {
            parts.removeLast()
        }
        return (parts, isOpen)
    }
}
