/// A range of IP addresses, from an entry like `10.0.0.0/8` or `::1`.
///
/// The bits behind the prefix are zero. An IPv4 range does not match IPv4-mapped IPv6 addresses by itself: whoever asks
/// unmaps them first.
package struct AddressRange: Sendable, Hashable {
    /// The first address in network order: 4 bytes for IPv4, 16 for IPv6.
    package let network: [UInt8]
    /// How many leading bits count: 1 to 32 for IPv4, 1 to 128 for IPv6.
    package let prefixLength: Int

    /// Whether `address`, 4 or 16 bytes in network order, lies in this range.
    package func contains(_ address: [UInt8]) -> Bool {
        guard address.count == network.count else { return false }
        var bits = prefixLength
        for (ours, theirs) in zip(network, address) where bits > 0 {
            let mask: UInt8 = bits >= 8 ? 0xFF : ~(0xFF >> UInt8(bits))
            guard ours & mask == theirs & mask else { return false }
            bits -= 8
        }
        return true
    }
}
