/// The `issuer` of the embedded accounts service (RFC 8414 section 2).
enum TokenIssuerURL {
    /// Says what is wrong with it; plain HTTP is for loopback, and only where it is allowed.
    static func check(_ text: String, allowsPlain: Bool) throws(ScalarFlaw) {
        guard let start = text.firstRange(of: "://") else {
            let hint = "write it like `https://api.example.com`"
            throw ScalarFlaw("`\(Excerpt.of(text))` is not a URL", hint: hint)
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !forbidden.contains($0) }) else {
            throw ScalarFlaw("`\(Excerpt.of(text))` holds a character that no URL has")
        }
        guard !text.contains("?"), !text.contains("#") else {
            throw ScalarFlaw("`\(Excerpt.of(text))` must not have a query or fragment")
        }
        let authority = text[start.upperBound...].prefix { $0 != "/" }
        let origin = try WebOrigin("\(text[..<start.upperBound])\(authority)", schemes: ["https", "http"])
        guard origin.scheme == "http" else { return }
        guard allowsPlain else {
            throw ScalarFlaw("`\(Excerpt.of(text))` must begin with `https://`")
        }
        guard isLoopback(origin.host) else {
            throw ScalarFlaw("`\(Excerpt.of(text))`: plain HTTP is for `localhost` only")
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (InternetAddress.bytes(of: host)?.first == 127 && !host.contains(":"))
    }

    private static let forbidden = Set("\"<>\\^`{|}".utf8)
}
