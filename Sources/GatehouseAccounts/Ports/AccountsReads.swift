/// What can be asked of the store, inside `AccountsStore.read` or `mutate`.
///
/// Synchronous, and only for the thread and the time of the closure. What is not there is nil or empty. Texts are compared byte for
/// byte: the caller folds. Every function throws `unavailable` or `corrupt`.
package protocol AccountsReads {
    /// The user of that id.
    func user(_ id: Identifier) throws(StoreFault) -> User?

    /// The user with that `User.emailKey`.
    func user(emailKey: String) throws(StoreFault) -> User?

    /// The user with that `User.usernameKey`.
    func user(usernameKey: String) throws(StoreFault) -> User?

    /// At most `limit` users in the order of their ids, those after `id`, or from the first.
    func users(after id: Identifier?, limit: Int) throws(StoreFault) -> [User]

    /// The PHC string of a user's password.
    func passwordHash(of user: Identifier) throws(StoreFault) -> String?

    /// The session of that id.
    func session(_ id: Identifier) throws(StoreFault) -> Session?

    /// All sessions of a user, expired ones too, in the order of their ids.
    func sessions(of user: Identifier) throws(StoreFault) -> [Session]

    /// The refresh token with that SHA-256 digest.
    func refreshToken(hash: [UInt8]) throws(StoreFault) -> RefreshToken?

    /// At most `limit` revocations with a number above `sequence`, in that order.
    func revocations(after sequence: Int64, limit: Int) throws(StoreFault) -> [StoredRevocation]

    /// The counters of an account and of the pair of account and address; zeros where nothing was counted.
    func loginFailures(_ key: LoginFailureKey) throws(StoreFault) -> LoginFailures
}
