/// A set of ranges of IP addresses, such as `trusted_proxies`.
///
/// IPv4 ranges and IPv4 addresses meet in either spelling; an IPv6 range holds IPv4 addresses only if it lies within
/// `::ffff:0:0/96`. Immutable.
package struct AddressSet: Sendable {
    private let ranges: [Range]

    private struct Range: Sendable {
        var network: NetworkAddress
        var highMask: UInt64
        var lowMask: UInt64
        var holdsIPv4: Bool
    }

    /// The set that holds nothing.
    package static let empty = AddressSet([])

    /// Makes a set of ranges, each as the 4 or 16 bytes of its network in network order and the length of its prefix.
    ///
    /// A range of another size, or with a prefix that is longer than its address, holds nothing.
    package init(_ ranges: [(network: [UInt8], prefixLength: Int)]) {
        self.ranges = ranges.compactMap { range in
            guard let network = NetworkAddress(bytes: range.network),
                (0...range.network.count * 8).contains(range.prefixLength)
            else { return nil }
            let length = range.prefixLength + (range.network.count == 4 ? 96 : 0)
            let highMask = AddressSet.mask(length)
            let lowMask = AddressSet.mask(length - 64)
            return Range(
                network: NetworkAddress(high: network.high & highMask, low: network.low & lowMask),
                highMask: highMask,
                lowMask: lowMask,
                holdsIPv4: length >= 96 && network.isIPv4
            )
        }
    }

    /// Whether the set holds nothing.
    package var isEmpty: Bool {
        self.ranges.isEmpty
    }

    /// Whether the address lies in one of the ranges.
    package func contains(_ address: NetworkAddress) -> Bool {
        let isIPv4 = address.isIPv4
        for range in self.ranges where range.holdsIPv4 == isIPv4 {
            let high = address.high & range.highMask
            let low = address.low & range.lowMask
            if high == range.network.high, low == range.network.low { return true }
        }
        return false
    }

    /// Whether the text is an address that lies in one of the ranges.
    package func contains(text: [UInt8]) -> Bool {
        NetworkAddress(text[...]).map(self.contains) ?? false
    }

    private static func mask(_ length: Int) -> UInt64 {
        if length <= 0 { return 0 }
        return length >= 64 ? .max : ~(UInt64.max >> UInt64(length))
    }
}
