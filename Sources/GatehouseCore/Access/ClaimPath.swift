/// How the configuration names a claim: the exact top-level member, else a dotted path.
///
/// `realm_access.roles` is the member of that very name if the token has one, and only otherwise the member `roles` of the
/// object `realm_access`. Split once, when the configuration is read.
package struct ClaimPath: Sendable {
    /// The name as configured.
    package let name: String
    private let steps: [String]

    /// Splits the name at its dots.
    package init(_ name: String) {
        self.name = name
        let steps = name.utf8.split(separator: 0x2E, omittingEmptySubsequences: false).map { String($0) ?? "" }
        self.steps = steps.count > 1 ? steps : []
    }

    /// Finds the claim, or nil if the token has none of that name.
    package func find(in claims: JSONObject) -> JSONValue? {
        if let value = claims[self.name] { return value }
        guard !self.steps.isEmpty else { return nil }
        var object = claims
        var found: JSONValue?
        for step in self.steps {
            guard let value = object[step] else { return nil }
            found = value
            object = value.object ?? JSONObject()
        }
        return found
    }
}
