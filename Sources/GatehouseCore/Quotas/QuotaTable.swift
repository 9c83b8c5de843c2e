/// All quotas of a configuration, and the rules by which a request is charged.
///
/// The last policy is the one that failures take from, if there is one. Immutable; shared by all loops.
package final class QuotaTable: Sendable {
    /// The policies in the order of the file, then `failures`.
    package let policies: [QuotaPolicy]
    /// The place of the policy that refused tokens and logins take from, or nil if it is off.
    package let failures: Int?
    /// `"NAME";q=REQUESTS;w=SECONDS` for each policy and tier.
    private let announcements: [[[UInt8]]]
    private let quotedNames: [[UInt8]]

    /// The name under which the failures are counted and told.
    package static let failuresName = "failures"

    /// Makes a table; `failures` is nil if refused tokens are not counted.
    package init(policies: [QuotaPolicy], failures: QuotaLimit?) {
        var policies = policies
        if let failures {
            self.failures = policies.count
            policies.append(QuotaPolicy(name: QuotaTable.failuresName, subject: .address, limits: [failures]))
        } else {
            self.failures = nil
        }
        self.policies = policies
        self.quotedNames = policies.map { Array("\"\($0.name)\"".utf8) }
        self.announcements = policies.map { policy in
            policy.limits.map { Array("\"\(policy.name)\";q=\($0.requests);w=\($0.windowSeconds)".utf8) }
        }
    }

    /// The table of a gate without quotas.
    package static let none = QuotaTable(policies: [], failures: nil)

    /// The limit of a charge.
    package func limit(of charge: QuotaCharge) -> QuotaLimit {
        guard self.policies.indices.contains(charge.policy) else { return QuotaTable.unreachable }
        let limits = self.policies[charge.policy].limits
        return limits.indices.contains(charge.tier) ? limits[charge.tier] : limits.first ?? QuotaTable.unreachable
    }

    /// What a request takes from the policies at these places.
    ///
    /// With `takesFailure` also one failure, beforehand, so that however many guesses are under way at one time none goes uncounted;
    /// what turns out to be no failure gives it back.
    package func charges(
        _ places: [Int],
        takesFailure: Bool,
        head: RequestHead,
        token: VerifiedToken?,
        address: QuotaKey
    ) -> QuotaCharges {
        var charges = QuotaCharges()
        if takesFailure, let failures = self.failures {
            charges.append(QuotaCharge(policy: failures, tier: 0, cost: 1, key: address))
            charges.holdsFailure = true
        }
        for place in places where self.policies.indices.contains(place) {
            let policy = self.policies[place]
            let key = Self.key(policy.subject, head: head, token: token) ?? address
            charges.append(QuotaCharge(policy: place, tier: policy.tierIndex(token), cost: 1, key: key))
        }
        return charges
    }

    /// What a refused token or login takes; empty if failures are not counted.
    package func failureCharge(address: QuotaKey) -> QuotaCharges {
        var charges = QuotaCharges()
        guard let failures = self.failures else { return charges }
        charges.append(QuotaCharge(policy: failures, tier: 0, cost: 1, key: address))
        return charges
    }

    /// The subject's key, or nil where the request does not have what is counted.
    private static func key(_ subject: QuotaPolicy.Subject, head: RequestHead, token: VerifiedToken?) -> QuotaKey? {
        switch subject {
        case .address:
            return nil
        case .caller:
            return token?.callerKey
        case .claim(let claim):
            guard let token, let value = claim.find(in: token.claims)?.scalarText else { return nil }
            return QuotaKey(.claim, digesting: [token.issuerName, claim.name, value].map { Array($0.utf8) })
        case .header(let name):
            guard let value = head.firstValue(named: name) else { return nil }
            return QuotaKey(.header, digesting: [Array(name.utf8), Array(head.bytes[value])])
        }
    }

    /// What a request gives back that took a failure beforehand and was none; nil if it took none.
    package func failureRefund(_ taken: TakenQuotas) -> QuotaRefund? {
        guard let failures = self.failures, taken.charges.holdsFailure else { return nil }
        for place in 0..<taken.charges.count {
            let charge = taken.charges[place]
            guard charge.policy == failures, charge.cost > 0 else { continue }
            switch taken.outcome.source {
            case .store, .share: break
            case .allowedUnseen, .denied: return nil
            }
            guard taken.outcome[place].isAllowed else { return nil }
            var refund = QuotaCharges()
            refund.append(QuotaCharge(policy: failures, tier: charge.tier, cost: -1, key: charge.key))
            return QuotaRefund(charges: refund, source: taken.outcome.source)
        }
        return nil
    }

    private static let unreachable = QuotaLimit(requests: 1, periodNanoseconds: 1)
}

// What clients are told (draft-ietf-httpapi-ratelimit-headers).
extension QuotaTable {
    /// Whether a policy refuses requests, and so is told to clients.
    package func isEnforced(_ charge: QuotaCharge) -> Bool {
        self.policies.indices.contains(charge.policy) && !self.policies[charge.policy].isShadow
    }

    /// Appends `RateLimit-Policy` and `RateLimit`, one item a quota that was taken from or that refused.
    package func appendLines(_ charges: QuotaCharges, _ outcome: QuotaOutcome, to lines: inout FieldLines) {
        switch outcome.source {
        case .store, .share: break
        case .allowedUnseen, .denied: return
        }
        let among = charges.holdsFailure
        guard (0..<charges.count).contains(where: { self.isTold(charges[$0], outcome[$0], amongOthers: among) }) else {
            return
        }
        lines.append(.rateLimitPolicy) { bytes in
            self.eachTold(charges, outcome) { charge, _, isFirst in
                if !isFirst { bytes.append(contentsOf: [Byte.comma, 0x20]) }
                bytes.append(contentsOf: self.announcements[charge.policy][charge.tier])
            }
        }
        lines.append(.rateLimit) { bytes in
            self.eachTold(charges, outcome) { charge, state, isFirst in
                if !isFirst { bytes.append(contentsOf: [Byte.comma, 0x20]) }
                bytes.append(contentsOf: self.quotedNames[charge.policy])
                bytes.append(contentsOf: [0x3B, 0x72, 0x3D])
                bytes.append(decimal: state.remaining)
                bytes.append(contentsOf: [0x3B, 0x74, 0x3D])
                bytes.append(decimal: state.seconds)
            }
        }
    }

    private func eachTold(
        _ charges: QuotaCharges,
        _ outcome: QuotaOutcome,
        _ body: (QuotaCharge, QuotaState, _ isFirst: Bool) -> Void
    ) {
        let among = charges.holdsFailure
        var isFirst = true
        for place in 0..<charges.count where self.isTold(charges[place], outcome[place], amongOthers: among) {
            body(charges[place], outcome[place], isFirst)
            isFirst = false
        }
    }

    /// A failure that was taken beforehand, beside other quotas, is told only if it is the reason of a refusal.
    private func isTold(_ charge: QuotaCharge, _ state: QuotaState, amongOthers: Bool) -> Bool {
        self.isEnforced(charge) && (!amongOthers || charge.policy != self.failures || !state.isAllowed)
            && self.announcements[charge.policy].indices.contains(charge.tier)
    }
}

extension QuotaPolicy {
    /// The place of the caller's limit; the first for a caller whose claim names no tier.
    fileprivate func tierIndex(_ token: VerifiedToken?) -> Int {
        guard let tier = self.tier, let name = token.flatMap({ tier.claim.find(in: $0.claims)?.scalarText }) else {
            return 0
        }
        return tier.names.firstIndex(of: name) ?? 0
    }
}

extension JSONValue {
    /// The text of a string, a number or a truth value; nil for what cannot name a subject.
    fileprivate var scalarText: String? {
        switch self {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let value): String(value)
        default: nil
        }
    }
}

extension [UInt8] {
    /// Appends a number that is not negative in decimal digits, without an allocation of its own.
    fileprivate mutating func append(decimal number: Int) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var rest = Swift.max(0, number)
        var count = 0
        repeat {
            digits[count] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            count += 1
        } while rest > 0
        while count > 0 {
            count -= 1
            self.append(digits[count])
        }
    }
}
