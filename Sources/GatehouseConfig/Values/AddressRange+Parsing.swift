extension AddressRange {
    /// Reads `ADDRESS` or `ADDRESS/PREFIX`.
    ///
    /// The whole Internet is refused, in pieces too: /0. So is a range with bits behind its prefix, which hides a typo.
    init(_ text: String) throws(ScalarFlaw) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = parts.first.flatMap({ InternetAddress.bytes(of: String($0)) }) else {
            let hint = "write it like `10.0.0.0/8` or `fd00::/8`"
            throw ScalarFlaw("`\(Excerpt.of(text))` is not an address or range", hint: hint)
        }
        let width = bytes.count * 8
        var length = width
        if parts.count == 2 {
            length = try ScalarParsing.integer(String(parts[1]), within: 0...width)
        }
        guard length > 0 else {
            throw ScalarFlaw("`\(text)` would trust everyone", hint: "name the addresses of your own proxies")
        }
        let network = Self.masked(bytes, length)
        guard network == bytes else {
            let hint = "did you mean `\(InternetAddress.text(of: network))/\(length)`?"
            throw ScalarFlaw("`\(text)` has bits set behind its prefix", hint: hint)
        }
        self.init(network: network, prefixLength: length)
    }

    /// The range as it is written, without a prefix for a single address.
    var text: String {
        let address = InternetAddress.text(of: network)
        return prefixLength == network.count * 8 ? address : "\(address)/\(prefixLength)"
    }

    private static func masked(_ bytes: [UInt8], _ length: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(max(length - index * 8, 0), 8)
            return kept == 8 ? byte : byte & ~(0xFF >> UInt8(kept))
        }
    }
}
