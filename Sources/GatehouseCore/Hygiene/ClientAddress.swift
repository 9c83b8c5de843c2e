/// Finds out whom a request comes from when trusted proxies stand in between (RFC 7239 section 5.2, by `X-Forwarded-For`).
enum ClientAddress {
    /// How many addresses are looked at; a longer chain is no chain of proxies.
    static let longestChain = 32

    /// The address of the client, as text without port.
    ///
    /// The lines are read as one list from its end: each trusted proxy vouches for the address before it, and the first that is
    /// not trusted is the client's. An element that is no address ends the walk at what was known until then.
    static func find(_ head: RequestHead, from peer: Peer, trusting proxies: AddressSet) -> [UInt8] {
        guard peer.isTrusted, head.present.contains(.xForwardedFor) else { return peer.address }
        var best: NetworkAddress?
        var count = 0
        for field in head.fields.reversed() where field.name == .xForwardedFor {
            var rest = head.bytes[field.valueRange.clamped(to: head.bytes.indices)]
            while true {
                let comma = rest.lastIndex(of: Byte.comma)
                let element = rest[(comma.map { $0 + 1 } ?? rest.startIndex)...]
                count += 1
                guard count <= self.longestChain, let address = self.parse(element) else {
                    return best?.text ?? peer.address
                }
                best = address
                guard proxies.contains(address) else { return address.text }
                guard let comma else { break }
                rest = rest[..<comma]
            }
        }
        return best?.text ?? peer.address
    }

    /// An element's address: bare, with a port, or in brackets with or without one.
    private static func parse(_ element: ArraySlice<UInt8>) -> NetworkAddress? {
        var text = element
        while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        if text.first == 0x5B {
            guard let close = text.firstIndex(of: 0x5D), self.isPort(text[(close + 1)...]) else { return nil }
            let inner = text[(text.startIndex + 1)..<close]
            return inner.contains(Byte.colon) ? NetworkAddress(inner) : nil
        }
        guard text.contains(Byte.dot), let colon = text.firstIndex(of: Byte.colon),
            text.lastIndex(of: Byte.colon) == colon
        else { return NetworkAddress(text) }
        return self.isPort(text[colon...]) ? NetworkAddress(text[..<colon]) : nil
    }

    /// Whether the text is nothing, or a colon and one to five digits.
    private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first else { return true }
        let digits = text.dropFirst()
        return first == Byte.colon && (1...5).contains(digits.count) && digits.allSatisfy { (0x30...0x39).contains($0) }
    }
}
