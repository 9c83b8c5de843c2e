/// Why a store did not do what was asked; nothing was written if so.
package enum StoreFault: Error, Sendable, Equatable {
    /// The database is away, locked for too long, deleted, full or closed; with the reason for the operator's log.
    case unavailable(String)
    /// The audit record could not be written, so the mutation was not carried out; with the reason for the operator's log.
    case auditUnavailable(String)
    /// Another account has the e-mail address.
    case emailTaken
    /// Another account has the username.
    case usernameTaken
    /// A row holds what no version of the service writes; with the place for the operator's log.
    case corrupt(String)
}
