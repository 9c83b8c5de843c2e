/// Does the expensive work on passwords, away from the event loops and with a bound on what may wait.
///
/// Implementations are `Sendable` and may be called from any task; a call suspends and never blocks a thread. A task that
/// is cancelled while its work still waits gives its place up and gets `abandoned`.
package protocol PasswordWorker: Sendable {
    /// Hashes a new password with a fresh salt and the live parameters.
    ///
    /// - Returns: a PHC string, to be stored as it is.
    /// - Throws: `busy` at once if the queue is full.
    func hash(_ password: NormalizedPassword) async throws(PasswordFault) -> String

    /// Compares a password with a stored hash.
    ///
    /// Pass nil for an account that does not exist: the same work is done with the live parameters and the answer is
    /// never a match, so that the time tells nothing. A password that no account can have, because it is over the
    /// limit, is no match without any work.
    ///
    /// - Throws: `busy` at once if the queue is full; `corruptHash`, after the same work, if the stored string is none
    ///   that this service writes.
    func verify(
        _ password: NormalizedPassword,
        against phc: String?
    ) async throws(PasswordFault) -> PasswordVerdict

    /// Estimates how hard a password is to guess for someone who knows the words.
    ///
    /// - Returns: bits; only the first 100 characters count.
    /// - Throws: `busy` at once if the queue is full.
    func strengthBits(of password: NormalizedPassword, told words: [String]) async throws(PasswordFault) -> Double

    /// Judges a new password by the whole policy and hashes it if it passes, in one turn of the queue.
    ///
    /// What needs no estimate is judged first, without the queue.
    ///
    /// - Throws: `busy` at once if the queue is full.
    func judgeAndHash(
        _ password: NormalizedPassword,
        by policy: PasswordPolicy,
        for owner: PasswordOwner
    ) async throws(PasswordFault) -> PasswordJudgement
}

/// Whether a password was the right one.
package struct PasswordVerdict: Sendable, Equatable {
    /// The password is the one that was hashed.
    package let matches: Bool
    /// It matches, and its hash was made with other parameters than the live ones: hash it anew and store that.
    package let needsRehash: Bool

    /// No match.
    package static let mismatch = PasswordVerdict(matches: false, needsRehash: false)

    /// Records a comparison; a hash that did not match never needs another.
    package init(matches: Bool, needsRehash: Bool) {
        self.matches = matches
        self.needsRehash = matches && needsRehash
    }
}

/// What became of a new password.
package enum PasswordJudgement: Sendable, Equatable {
    /// It passes; the PHC string is to be stored.
    case accepted(phc: String)
    /// It does not pass; the first flaw that fits.
    case refused(FieldFlaw)
}
