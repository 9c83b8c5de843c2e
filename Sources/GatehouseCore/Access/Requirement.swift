/// One entry of a route's `require`: a claim and the values that it must hold.
///
/// Made at configuration time, asked on every request. Types are not converted: the text `5` is not the number `5`.
package struct Requirement: Sendable {
    private let kind: Kind

    private enum Kind: Sendable {
        case scopes([String])
        case claim(ClaimPath, [ClaimValue])
    }

    /// Requires all of the scopes.
    package init(scope: [String]) {
        self.kind = .scopes(scope)
    }

    /// Requires one of the values in the claim: in an array, or as its only value.
    package init(claim: String, values: [ClaimValue]) {
        self.kind = .claim(ClaimPath(claim), values)
    }

    /// Whether it asks for scopes, which a refusal then names in `WWW-Authenticate`.
    package var isScope: Bool {
        if case .scopes = self.kind { true } else { false }
    }

    /// The scopes that it asks for, in order; empty if it asks for another claim.
    package var scopes: [String] {
        if case .scopes(let scopes) = self.kind { scopes } else { [] }
    }

    /// The configured name of the claim; `scope` for scopes.
    package var claimName: String {
        if case .claim(let path, _) = self.kind { path.name } else { "scope" }
    }

    /// Whether the verified claims hold what is required; without an allocation.
    package func isMet(by token: VerifiedToken) -> Bool {
        switch self.kind {
        case .scopes(let needed):
            for scope in needed where !Requirement.contains(token.scopes, scope) {
                return false
            }
            return true
        case .claim(let path, let accepted):
            return Requirement.holds(path.find(in: token.claims), oneOf: accepted)
        }
    }

    private static func holds(_ value: JSONValue?, oneOf accepted: [ClaimValue]) -> Bool {
        switch value {
        case .array(let items):
            for item in items where self.contains(accepted, item) {
                return true
            }
            return false
        case let value?:
            return self.contains(accepted, value)
        case nil:
            return false
        }
    }

    private static func contains(_ accepted: [ClaimValue], _ value: JSONValue) -> Bool {
        for item in accepted where item.isSame(as: value) {
            return true
        }
        return false
    }

    private static func contains(_ list: [String], _ text: String) -> Bool {
        for item in list where sameBytes(item, text) {
            return true
        }
        return false
    }
}
