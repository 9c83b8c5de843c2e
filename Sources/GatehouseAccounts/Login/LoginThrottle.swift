/// How long a login must wait after failures (NIST SP 800-63B-4 section 3.2.2).
///
/// Nobody is locked out: a delay grows, and ends. It is asked for before the password is looked at, and alike for accounts that do
/// not exist. Pure.
enum LoginThrottle {
    /// How many failures in a row from one address cost no delay; more than the quota of failures lets through in a minute.
    static let freeFromAddress = 64
    /// How many failures in a row from all addresses cost no delay.
    static let freeOverall = 100
    /// The longest delay in seconds.
    static let longestSeconds: Int64 = 900
    /// How long a stranger's own turn is, in seconds; there is one in each of the longest delays.
    static let turnSeconds: Int64 = 30

    /// The whole seconds until a login from the address of the key is looked at, or nil if it is now.
    ///
    /// The failures of others only slow those addresses from which nobody ever logged in to the account.
    static func delay(_ failures: LoginFailures, for key: LoginFailureKey, at now: Int64) -> Int? {
        var until: Int64 = .min
        if failures.fromAddress >= self.freeFromAddress {
            until = self.end(failures.fromAddress - self.freeFromAddress, after: failures.lastFromAddress)
        }
        if !failures.isAddressKnown { until = max(until, self.endForStranger(failures, key, now)) }
        guard until > now else { return nil }
        let (left, overflow) = until.subtractingReportingOverflow(now)
        let seconds = overflow ? self.longestSeconds : left / 1_000_000 + (left % 1_000_000 > 0 ? 1 : 0)
        return Int(min(seconds, self.longestSeconds))
    }

    /// Whether somebody may have to wait: what `status` calls `locked`.
    ///
    /// All failures are taken as if they came from one address, which is the usual case.
    static func isLocked(_ failures: LoginFailures, at now: Int64) -> Bool {
        guard failures.overall >= self.freeFromAddress else { return false }
        return self.end(failures.overall - self.freeFromAddress, after: failures.lastOverall) > now
    }

    /// When the failures of all addresses no longer keep a stranger back.
    ///
    /// Whoever fails on and on would keep it away for ever, if the delay always began anew. So each address has turns of its own, of
    /// which one comes in any 15 minutes: in a turn one failure is free.
    private static func endForStranger(_ failures: LoginFailures, _ key: LoginFailureKey, _ now: Int64) -> Int64 {
        let end = self.endOverall(failures)
        guard end > now, (0..<Int64.max / 2).contains(now) else { return end }
        let period = self.longestSeconds * 1_000_000
        let turn = self.turnSeconds * 1_000_000
        let offset = Int64(key.spread % UInt64(period - turn))
        let start = now - now % period + offset
        if now < start { return min(end, start) }
        let isTurn = now - start < turn && failures.lastFromAddress < start
        return isTurn ? .min : min(end, start + period)
    }

    private static func endOverall(_ failures: LoginFailures) -> Int64 {
        guard failures.overall >= self.freeOverall else { return .min }
        return self.end(failures.overall - self.freeOverall, after: failures.lastOverall)
    }

    /// When the delay that doubles with each failure ends, in microseconds since 1970.
    private static func end(_ doublings: Int, after last: Int64) -> Int64 {
        let seconds = doublings < 10 ? min(1 << Int64(max(doublings, 0)), self.longestSeconds) : self.longestSeconds
        let (end, overflow) = last.addingReportingOverflow(seconds * 1_000_000)
        return overflow ? .max : end
    }
}
