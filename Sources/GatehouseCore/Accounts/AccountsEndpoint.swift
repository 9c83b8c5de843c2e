/// The endpoints of the accounts service, one case for each method and path that the gate serves by itself.
///
/// They stand before the configured routes; every other path goes to those, under the same prefixes, too.
package enum AccountsEndpoint: String, Sendable, CaseIterable {
    case signup, login, refresh, logout
    case passwordChange
    case sessions, sessionEnd
    case me, meUpdate, meDelete
    case keySet, metadata, description

    /// The path as a route's pattern; `*` is the id of a session.
    package var path: String {
        switch self {
        case .signup: "/api/v1/auth/signup"
        case .login: "/api/v1/auth/login"
        case .refresh: "/api/v1/auth/refresh"
        case .logout: "/api/v1/auth/logout"
        case .passwordChange: "/api/v1/auth/password/change"
        case .sessions: "/api/v1/auth/sessions"
        case .sessionEnd: "/api/v1/auth/sessions/*"
        case .me, .meUpdate, .meDelete: "/api/v1/users/me"
        case .keySet: "/.well-known/jwks.json"
        case .metadata: "/.well-known/oauth-authorization-server"
        case .description: "/api/v1/openapi.json"
        }
    }

    /// The method that it takes; HEAD follows GET.
    package var method: Method {
        switch self {
        case .signup, .login, .refresh, .logout, .passwordChange: .post
        case .sessions, .me, .keySet, .metadata, .description: .get
        case .meUpdate: .patch
        case .sessionEnd, .meDelete: .delete
        }
    }

    /// Whether no token is asked for.
    package var isOpen: Bool {
        switch self {
        case .signup, .login, .refresh, .keySet, .metadata, .description: true
        case .logout, .passwordChange, .sessions, .sessionEnd, .me, .meUpdate, .meDelete: false
        }
    }

    /// Whether it takes only the policy `login`, because somebody could guess or flood there.
    package var isGuarded: Bool {
        switch self {
        case .signup, .login, .refresh: true
        default: false
        }
    }

    /// Whether a password is checked, so that an address whose failures are used up is refused before that.
    package var checksPassword: Bool {
        switch self {
        case .login, .passwordChange, .meDelete: true
        default: false
        }
    }

    /// Paths of the service that this version does not serve: they are nobody else's, and answered 404.
    package static let reservedPaths = [
        "/api/v1/auth/password/forgot", "/api/v1/auth/password/reset", "/api/v1/auth/email/verify",
        "/api/v1/auth/mfa/totp/enroll", "/api/v1/auth/mfa/totp/confirm", "/api/v1/auth/mfa/totp/verify",
        "/api/v1/auth/mfa/totp/disable", "/api/v1/organizations/me", "/api/v1/organizations/me/members",
        "/api/v1/organizations/me/teams", "/api/v1/organizations/me/invitations", "/api/v1/admin/users/**",
    ]

    /// The largest body that an endpoint takes, in bytes.
    package static let bodyLimit = 64 * 1024
}
