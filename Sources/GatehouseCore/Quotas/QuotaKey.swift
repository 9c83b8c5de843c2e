private import GatehouseCrypto

/// Whose quota it is: a kind and 128 bits that name the subject without telling who it is.
package struct QuotaKey: Sendable, Hashable {
    /// What the subject is; part of the key, so that an address and a caller never share one.
    package enum Kind: UInt8, Sendable {
        /// Issuer and subject of a token.
        case caller = 0x63
        /// A client's address, IPv6 by its /64.
        case address = 0x61
        /// The value of a claim.
        case claim = 0x6B
        /// The value of a header field.
        case header = 0x68
    }

    /// What the subject is.
    package let kind: Kind
    /// The first and the last eight bytes.
    package let high: UInt64
    package let low: UInt64

    /// How many bytes `write` appends.
    package static let textCount = 33

    /// The key of an address: all of IPv4, the /64 of IPv6; an IPv4-mapped address is the IPv4 address.
    package init(address: NetworkAddress) {
        self.kind = .address
        self.high = address.high
        self.low = address.isIPv4 ? address.low : 0
    }

    /// The key of a client's address as text; whoever has none, as on a Unix socket, shares one.
    package init(addressText: [UInt8]) {
        self.init(address: NetworkAddress(addressText[...]) ?? NetworkAddress(high: 0, low: 0))
    }

    /// The key of several values together: 128 bits of SHA-256 over them, each with its length before it.
    package init(_ kind: Kind, digesting parts: [[UInt8]]) {
        var bytes: [UInt8] = []
        for part in parts {
            for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: part.count >> shift)) }
            bytes.append(contentsOf: part)
        }
        let digest = SHA256.digest(bytes)
        self.kind = kind
        self.high = QuotaKey.word(digest[..<8])
        self.low = QuotaKey.word(digest[8..<16])
    }

    /// Writes the kind's letter and 32 hexadecimal digits to a place in a buffer; bytes that do not fit are left out.
    package func write(to bytes: inout [UInt8]) {
        bytes.append(self.kind.rawValue)
        for word in [self.high, self.low] {
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift) & 0xF)
                bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            }
        }
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
