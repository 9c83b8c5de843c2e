/// One entry of `rate_limits.policies`.
package struct QuotaPolicySettings: Sendable, Hashable {
    /// `name`: 1 to 64 of `[A-Za-z0-9_.-]`, unique and not `failures`.
    package let name: String
    /// `by`: whose requests are counted together.
    package let subject: Subject
    /// The limits, at least one: one without a name for `requests` and `per`, else `tiers` in the order of the file.
    package let limits: [Tier]
    /// `tier`: the claim that names one of the tiers, or nothing without tiers.
    ///
    /// Whoever's claim names none gets the first.
    package let tierClaim: String?
    /// `mode: shadow`: requests are counted and never refused.
    package let isShadow: Bool

    /// Whose requests are counted together.
    package enum Subject: Sendable, Hashable {
        /// The token's issuer and subject; without a token the address.
        case caller
        /// The client's address, IPv6 by /64.
        case address
        /// The value of this claim: the exact top-level member, else a dotted path.
        case claim(String)
        /// The value of this header field, whose name is as it was written and compared without case.
        case header(String)
    }

    /// One limit of a policy.
    package struct Tier: Sendable, Hashable {
        /// The value of the claim that chooses it, or nothing for the only limit of a policy without tiers.
        package let name: String?
        /// What may be taken.
        package let limit: QuotaLimitSettings

        /// A tier; the name is not checked.
        package init(name: String?, limit: QuotaLimitSettings) {
            self.name = name
            self.limit = limit
        }
    }

    /// A policy; the values are not checked.
    package init(name: String, subject: Subject, limits: [Tier], tierClaim: String? = nil, isShadow: Bool = false) {
        self.name = name
        self.subject = subject
        self.limits = limits
        self.tierClaim = tierClaim
        self.isShadow = isShadow
    }
}
