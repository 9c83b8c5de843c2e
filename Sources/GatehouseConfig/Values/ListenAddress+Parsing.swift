extension ListenAddress {
    /// Reads `IPV4:PORT` or `[IPV6]:PORT`.
    init(_ text: String) throws(ScalarFlaw) {
        let hint = Self.hint(for: text)
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...]) else {
            throw ScalarFlaw("`\(Excerpt.of(text))` is not HOST:PORT", hint: hint)
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else {
                throw ScalarFlaw("`\(Excerpt.of(text))`: brackets are for IPv6", hint: hint)
            }
        } else if host.contains(":") {
            let bracketed = host.contains("[") || host.contains("]") ? hint : "write `[\(host)]:\(port)`"
            throw ScalarFlaw("`\(Excerpt.of(text))`: an IPv6 address needs brackets", hint: bracketed)
        }
        guard !host.isEmpty else {
            throw ScalarFlaw("`\(Excerpt.of(text))` has no host", hint: hint)
        }
        guard let bytes = InternetAddress.bytes(of: String(host)) else {
            throw ScalarFlaw("`\(Excerpt.of(String(host)))` is not an IP address", hint: hint)
        }
        self.init(host: InternetAddress.text(of: bytes), port: port)
    }

    /// A port in decimal digits.
    static func port(_ text: Substring) -> UInt16? {
        let isNumber = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        return isNumber && !text.isEmpty && text.utf8.count <= 5 ? UInt16(text) : nil
    }

    private static func hint(for text: String) -> String {
        if text.hasPrefix("localhost:") {
            return "write `127.0.0.1:\(text.dropFirst(10))`"
        }
        if text.hasPrefix("*:") || text.hasPrefix(":") {
            return "for every address write `0.0.0.0:PORT`"
        }
        return "write it like `0.0.0.0:8443` or `[::]:8443`"
    }
}
