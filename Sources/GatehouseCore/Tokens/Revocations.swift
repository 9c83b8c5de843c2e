private import Synchronization

/// Which sessions and subjects of the accounts service have ended before their tokens do.
///
/// One for the process. Asked on every request with a token of that service: a token that was looked up since the last change costs
/// one comparison, so a change is obeyed by cached tokens at once. Entries stay until the last token that they concern has expired.
package final class Revocations: Sendable {
    /// One end: of a session by its `sid`, or of the tokens without a session that a subject got up to a moment.
    package struct Entry: Sendable, Equatable {
        /// What ends.
        package enum Kind: String, Sendable {
            /// A session, by the claim `sid`.
            case session = "sid"
            /// A subject, by the claim `sub`.
            case subject = "sub"
        }

        /// What ends.
        package let kind: Kind
        /// The claim's value.
        package let id: String
        /// For a subject: tokens without a session that were issued at or before this second since 1970 have ended.
        package let issuedUpTo: Int64
        /// The second since 1970 from which no token can be concerned any more, leeway included.
        package let until: Int64

        /// Makes an entry.
        package init(kind: Kind, id: String, issuedUpTo: Int64, until: Int64) {
            self.kind = kind
            self.id = id
            self.issuedUpTo = issuedUpTo
            self.until = until
        }
    }

    private struct State {
        var sessions: [String: Int64] = [:]
        var subjects: [String: (issuedUpTo: Int64, until: Int64)] = [:]
    }

    private let generation = Atomic<UInt64>(1)
    private let state = Mutex(State())

    /// Begins without any.
    package init() {}

    /// Takes entries in; when it returns every request that is begun later obeys them.
    package func insert(_ entries: [Entry]) {
        guard !entries.isEmpty else { return }
        self.state.withLock { state in
            for entry in entries {
                switch entry.kind {
                case .session:
                    state.sessions[entry.id] = max(entry.until, state.sessions[entry.id] ?? .min)
                case .subject:
                    let known = state.subjects[entry.id]
                    state.subjects[entry.id] = (
                        max(entry.issuedUpTo, known?.issuedUpTo ?? .min), max(entry.until, known?.until ?? .min)
                    )
                }
            }
            self.generation.add(1, ordering: .releasing)
        }
    }

    /// Forgets entries that concern no token any more at this second; called now and then.
    package func removeExpired(at now: Int64) {
        self.state.withLock { state in
            state.sessions = state.sessions.filter { $0.value > now }
            state.subjects = state.subjects.filter { $0.value.until > now }
        }
    }

    /// Whether a token of the accounts service has ended.
    package func includes(_ token: VerifiedToken) -> Bool {
        let generation = self.generation.load(ordering: .acquiring)
        if token.revocationsSeen.load(ordering: .relaxed) == generation { return false }
        let isRevoked = self.state.withLock { state in
            // Ending a subject lists every session that it has, which is exact; only tokens without one go by their second.
            if let session = token.claims["sid"]?.string { return state.sessions[session] != nil }
            guard let subject = token.subject, let entry = state.subjects[subject] else { return false }
            return (token.issuedAt ?? .min) <= entry.issuedUpTo
        }
        // The mark is only set for tokens that are good, and an entry is never taken back while a token that it concerns lives.
        if !isRevoked { token.revocationsSeen.store(generation, ordering: .relaxed) }
        return isRevoked
    }
}
