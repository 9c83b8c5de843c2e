import GatehouseCore

/// A "no" of the accounts service on its way to the reply.
enum Rejection: Error {
    /// A refusal, with what is wrong with each field.
    case refused(Refusal, [FieldProblem] = [])
    /// A refused credential, which takes from the quota of failures.
    case failed(Refusal, isToken: Bool)

    /// A wrong password or an account that does not exist: the same for both.
    static let wrongPassword = Rejection.failed(.credentialsRejected, isToken: false)
    /// A refresh token that is not good.
    static let wrongRefreshToken = Rejection.failed(.refreshTokenRejected, isToken: true)
    /// An access token of a session or an account that is no more.
    static let ended = Rejection.refused(.tokenRejected(.revoked))

    /// The reply.
    var reply: AccountsReply {
        switch self {
        case .refused(let refusal, let problems): .refused(refusal, problems)
        case .failed(let refusal, let isToken): .failed(refusal, isToken: isToken)
        }
    }
}
