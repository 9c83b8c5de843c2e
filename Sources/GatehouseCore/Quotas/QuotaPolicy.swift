/// One named quota, as configuration checked it.
package struct QuotaPolicy: Sendable {
    /// What is counted.
    package enum Subject: Sendable {
        /// The token's issuer and subject; the address where there is no token.
        case caller
        /// The client's address, IPv6 by its /64.
        case address
        /// The value of a claim; the address where the token lacks it.
        case claim(ClaimPath)
        /// The value of a header field; the address where the request lacks it.
        case header(String)
    }

    /// The name, of `[A-Za-z0-9_.-]`.
    package let name: String
    /// What is counted.
    package let subject: Subject
    /// One limit, or one for each tier; never empty.
    package let limits: [QuotaLimit]
    /// The claim that names the tier and the tiers' names in the order of `limits`; nil for a policy without tiers.
    package let tier: Tier?
    /// Whether the policy only counts and never refuses.
    package let isShadow: Bool

    /// Where the tier of a caller comes from.
    package struct Tier: Sendable {
        /// The claim: the exact top-level member, else a dotted path.
        package let claim: ClaimPath
        /// The values, in the order of the policy's limits.
        package let names: [String]

        /// Makes the rule.
        package init(claim: String, names: [String]) {
            self.claim = ClaimPath(claim)
            self.names = names
        }
    }

    /// Makes a policy.
    package init(name: String, subject: Subject, limits: [QuotaLimit], tier: Tier? = nil, isShadow: Bool = false) {
        self.name = name
        self.subject = subject
        self.limits = limits
        self.tier = tier
        self.isShadow = isShadow
    }
}
