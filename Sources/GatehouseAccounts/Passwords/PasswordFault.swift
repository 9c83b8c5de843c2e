/// Why no answer about a password could be given; none of them says anything about the password.
package enum PasswordFault: Error, Sendable, Equatable, CaseIterable {
    /// The queue is full: `accounts_busy`, to be tried again in a second.
    case busy
    /// The stored hash is none that this service writes, or asks for more work than it allows.
    case corruptHash
    /// The caller was cancelled while the work still waited; nobody is there to be answered.
    case abandoned
    /// There was no memory for the work, or the pool has been stopped.
    case internalFailure
}
