/// Who may use a route.
///
/// There is no case for "no rule": a route without a rule is `authenticated`.
package enum Access: Sendable {
    /// Configured to be open: no credential is read.
    case open
    /// Any caller with a valid token.
    case authenticated
    /// A caller with a valid token whose claims meet every requirement.
    case required([Requirement])

    /// Whether the route is configured public.
    package var isOpen: Bool {
        if case .open = self { true } else { false }
    }
}
