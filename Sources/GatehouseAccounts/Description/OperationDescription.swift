import GatehouseCore

/// What the OpenAPI document says about one endpoint, beside its method and path.
struct OperationDescription: Sendable {
    /// What it does, in a few words.
    let summary: String
    /// The schema of the body that it takes, or nil for none.
    var body: String?
    /// Whether the body may be left out.
    var isBodyOptional = false
    /// The status of success.
    var status = 200
    /// The schema of the answer, or nil for an answer without content.
    var answer: String?
    /// The statuses of refusals that only some endpoints have.
    var refusals: [Int] = []
}

extension AccountsEndpoint {
    /// What the document says about the endpoint.
    ///
    /// An exhaustive switch: an endpoint that is served and not described does not compile.
    var operation: OperationDescription {
        switch self {
        case .signup:
            OperationDescription(
                summary: "Make an account and log in.",
                body: "Signup",
                status: 201,
                answer: "Tokens",
                refusals: [409]
            )
        case .login:
            OperationDescription(summary: "Log in.", body: "Login", answer: "Tokens", refusals: [401])
        case .refresh:
            OperationDescription(
                summary: "Exchange a refresh token for new tokens.",
                body: "Refresh",
                answer: "Tokens",
                refusals: [401]
            )
        case .logout:
            OperationDescription(summary: "End sessions.", body: "Logout", isBodyOptional: true, status: 204)
        case .passwordChange:
            OperationDescription(
                summary: "Replace the password; other sessions end.",
                body: "PasswordChange",
                status: 204
            )
        case .sessions: OperationDescription(summary: "List one's sessions.", answer: "Sessions")
        case .sessionEnd: OperationDescription(summary: "End one of one's sessions.", status: 204, refusals: [404])
        case .me: OperationDescription(summary: "Show one's account.", answer: "User")
        case .meUpdate: OperationDescription(summary: "Change one's account.", body: "UserUpdate", answer: "User")
        case .meDelete: OperationDescription(summary: "Delete one's account.", body: "UserDeletion", status: 204)
        case .keySet: OperationDescription(summary: "The public keys of access tokens.", answer: "KeySet")
        case .metadata: OperationDescription(summary: "About the issuer of access tokens.", answer: "Metadata")
        case .description: OperationDescription(summary: "This document.", answer: "Description")
        }
    }

    /// Every status that a request with the endpoint's own method can be refused with, in order.
    var refusals: [Int] {
        var statuses = Set([400, 408, 413, 414, 417, 429, 431, 500, 503, 505] + self.operation.refusals)
        if !self.isOpen { statuses.formUnion([401]) }
        if self.operation.body != nil { statuses.formUnion([415, 422]) }
        return statuses.sorted()
    }

    /// The path with its parameter in braces.
    var template: String {
        self.path.split(separator: "*", omittingEmptySubsequences: false).joined(separator: "{id}")
    }
}
