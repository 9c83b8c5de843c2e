import GatehouseCore

/// What ends: some sessions of a user, and perhaps the tokens that the user got without a session.
struct SessionEnd: Sendable {
    /// The sessions.
    let sessions: [Identifier]
    /// The user, if tokens without a session end as well.
    let subject: Identifier?
    /// The wall clock in microseconds since 1970.
    let now: Int64
    /// For how many seconds an access token of a session could still be accepted somewhere.
    private let outlivesSeconds: Int64
    /// The same for a token without a session, which a command has minted.
    private let mintedOutliveSeconds: Int64

    /// Entries live a minute longer than any token could be accepted, so that a clock that is set never lets one slip through.
    init(_ sessions: [Identifier], subject: Identifier? = nil, _ configuration: AccountsConfiguration, now: Int64) {
        self.sessions = sessions
        self.subject = subject
        self.now = now
        let grace = configuration.leewaySeconds + 60
        self.outlivesSeconds = configuration.accessTokenSeconds + grace
        self.mintedOutliveSeconds = MintedTokens.longestSeconds + grace
    }

    /// The same for the process-wide list and for the table that other processes read.
    var entries: [Revocations.Entry] {
        let second = self.now / 1_000_000
        let until = second + self.outlivesSeconds
        let ends = self.sessions.map { session in
            Revocations.Entry(kind: .session, id: session.text, issuedUpTo: second, until: until)
        }
        let subjects = [self.subject].compactMap(\.self).map { subject in
            Revocations.Entry(
                kind: .subject,
                id: subject.text,
                issuedUpTo: second,
                until: second + max(self.outlivesSeconds, self.mintedOutliveSeconds)
            )
        }
        return ends + subjects
    }
}

extension AccountsWrites {
    /// Deletes the sessions and says so to other processes; what it returns goes to the process-wide list after the commit.
    func end(_ end: SessionEnd) throws(StoreFault) -> [Revocations.Entry] {
        for session in end.sessions {
            try self.deleteSession(session)
        }
        let entries = end.entries
        if !entries.isEmpty { try self.insert(entries, at: end.now) }
        return entries
    }
}
