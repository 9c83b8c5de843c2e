/// How often logins to one account failed in a row, from one address and from all.
package struct LoginFailures: Sendable, Equatable {
    /// Failures in a row from the address in question.
    package var fromAddress: Int
    /// When the last of those was, in microseconds since 1970; 0 for never.
    package var lastFromAddress: Int64
    /// Failures in a row from all addresses together.
    package var overall: Int
    /// When the last of those was, in microseconds since 1970; 0 for never.
    package var lastOverall: Int64
    /// Whether a login to the account from the address has ever succeeded.
    package var isAddressKnown: Bool

    /// No failure and no success.
    package static let none = LoginFailures()

    /// Gathers the counters.
    package init(
        fromAddress: Int = 0,
        lastFromAddress: Int64 = 0,
        overall: Int = 0,
        lastOverall: Int64 = 0,
        isAddressKnown: Bool = false
    ) {
        self.fromAddress = fromAddress
        self.lastFromAddress = lastFromAddress
        self.overall = overall
        self.lastOverall = lastOverall
        self.isAddressKnown = isAddressKnown
    }
}

/// Where login failures are counted: an account, whether it exists or not, and an address.
package struct LoginFailureKey: Sendable, Hashable {
    /// 32 bytes for the account; what they digest is the service's business.
    package let account: [UInt8]
    /// The address as text: an IPv4 address, the /64 of an IPv6 one, or empty for none.
    package let address: String

    /// Gathers both.
    package init(account: [UInt8], address: String) {
        self.account = account
        self.address = address
    }
}
