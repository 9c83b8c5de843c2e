package import GatehouseCore

/// What can be changed in the store, inside `AccountsStore.mutate` only.
///
/// Synchronous, and only for the thread and the time of the closure. A later read in the same closure sees the change. Changing or
/// deleting what is not there does nothing. Times are microseconds since 1970. Every function throws `unavailable` or `corrupt`.
package protocol AccountsWrites: AccountsReads {
    /// Makes the organisation, the team if there is one, and the user.
    ///
    /// - Throws: `emailTaken` before `usernameTaken` if another account has it; decided by the database's own constraints.
    func insert(_ account: NewAccount) throws(StoreFault)

    /// Sets or takes away the full name.
    func setFullName(_ name: String?, of user: Identifier, at now: Int64) throws(StoreFault)

    /// Replaces the PHC string of the password.
    func setPasswordHash(_ hash: String, of user: Identifier, at now: Int64) throws(StoreFault)

    /// Replaces the platform roles.
    func setRoles(_ roles: [Role], of user: Identifier, at now: Int64) throws(StoreFault)

    /// Disables or enables an account.
    func setDisabled(_ isDisabled: Bool, of user: Identifier, at now: Int64) throws(StoreFault)

    /// Deletes a user with sessions, refresh tokens and memberships, and the organisation with its teams if nobody else is in it.
    ///
    /// E-mail address and username are free again. Revocations stay.
    func deleteUser(_ id: Identifier) throws(StoreFault)

    /// Begins a session with its first refresh token.
    func insert(_ session: Session, firstToken: RefreshToken) throws(StoreFault)

    /// Exchanges a refresh token for its child.
    ///
    /// Marks the parent as used at the child's `createdAt` and inserts the child; the session was last used then, and expires with the
    /// child.
    func rotate(_ parentHash: [UInt8], to child: RefreshToken) throws(StoreFault)

    /// Deletes a session and its refresh tokens.
    func deleteSession(_ id: Identifier) throws(StoreFault)

    /// Appends revocations with the next numbers.
    func insert(_ revocations: [Revocations.Entry], at now: Int64) throws(StoreFault)

    /// Counts one failure more, for the account and for the pair.
    func countLoginFailure(_ key: LoginFailureKey, at now: Int64) throws(StoreFault)

    /// Sets the account's counter and those of all its pairs to zero, and remembers the address of the pair as known.
    func countLoginSuccess(_ key: LoginFailureKey, at now: Int64) throws(StoreFault)

    /// Sets the account's counter and those of all its pairs to zero; known addresses stay known.
    func clearLoginFailures(account: [UInt8]) throws(StoreFault)
}
