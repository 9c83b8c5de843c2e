/// A URL that is only scheme, host and port.
struct WebOrigin {
    /// In lower case.
    let scheme: String
    /// In lower case; an IPv6 address without brackets.
    let host: String
    /// The port that was written, if any.
    let port: UInt16?

    /// Reads `SCHEME://HOST[:PORT]`; a single slash at the end is let pass if `allowsSlash`.
    init(_ text: String, schemes: [String], allowsSlash: Bool = true) throws(ScalarFlaw) {
        guard let range = text.firstRange(of: "://") else {
            let hint = "write it like `\(schemes.first ?? "https")://host`"
            throw ScalarFlaw("`\(Excerpt.of(text))` is not a URL", hint: hint)
        }
        scheme = text[..<range.lowerBound].lowercased()
        guard schemes.contains(scheme) else {
            let choice = schemes.map { "`\($0)://`" }.joined(separator: " or ")
            throw ScalarFlaw("`\(Excerpt.of(text))` must begin with \(choice)")
        }
        var rest = text[range.upperBound...]
        if allowsSlash, rest.hasSuffix("/") {
            rest = rest.dropLast()
        }
        guard !rest.contains(where: { "/?#".contains($0) }) else {
            throw ScalarFlaw("`\(Excerpt.of(text))` must not have a path, query or fragment")
        }
        guard !rest.contains("@") else {
            throw ScalarFlaw("a user or password is not allowed in this URL", quotesScalar: false)
        }
        (host, port) = try Self.authority(rest, in: text)
    }

    /// The origin as text: brackets around IPv6, the port only if it was written.
    var text: String {
        let shownHost = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(shownHost)" + (port.map { ":\($0)" } ?? "")
    }

    private static func authority(
        _ text: Substring,
        in whole: String
    ) throws(ScalarFlaw) -> (host: String, port: UInt16?) {
        var hostText = text
        var port: UInt16?
        let behindBracket = text.hasPrefix("[") ? text.firstIndex(of: "]") : nil
        if let colon = text[(behindBracket ?? text.startIndex)...].firstIndex(of: ":") {
            port = ListenAddress.port(text[text.index(after: colon)...])
            guard let port, port > 0 else {
                throw ScalarFlaw("`\(Excerpt.of(whole))` has a port that is not a number from 1 to 65535")
            }
            hostText = text[..<colon]
        }
        if hostText.hasPrefix("["), hostText.hasSuffix("]"),
            let bytes = InternetAddress.bytes(of: String(hostText.dropFirst().dropLast())), bytes.count == 16
        {
            return (InternetAddress.text(of: bytes), port)
        }
        guard HostName.isValid(hostText) else {
            throw ScalarFlaw("`\(Excerpt.of(whole))` has no valid host name")
        }
        return (hostText.lowercased(), port)
    }
}
