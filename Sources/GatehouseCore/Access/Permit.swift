/// The proof that a request may be forwarded; made by authorization alone, used up by hygiene.
///
/// Noncopyable, so that one authorization lets one request through.
package struct Permit: ~Copyable {
    /// The route that the request was admitted to.
    package let route: Route
    /// The token that was verified, or nil on a route that is configured public.
    package let token: VerifiedToken?

    private init(route: Route, token: VerifiedToken?) {
        self.route = route
        self.token = token
    }

    /// Admits a request to a route that is configured public; nil on any other.
    package static func open(_ route: Route) -> Permit? {
        route.access.isOpen ? Permit(route: route, token: nil) : nil
    }

    /// Admits a caller to a route if the token's claims meet what the route requires.
    ///
    /// The token is proof of authentication: only the verifier makes one. Throws `scopeMissing` if a scope is missing and
    /// `claimMissing` if another claim is (RFC 6750 section 3.1: 403 `insufficient_scope`).
    package static func authorize(_ token: VerifiedToken, on route: Route) throws(Refusal) -> Permit {
        switch route.access {
        case .open, .authenticated:
            return Permit(route: route, token: token)
        case .required(let requirements):
            for requirement in requirements where !requirement.isMet(by: token) {
                throw requirement.isScope ? .scopeMissing(route: route.index) : .claimMissing(route: route.index)
            }
            return Permit(route: route, token: token)
        }
    }
}
