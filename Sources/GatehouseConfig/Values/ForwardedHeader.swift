/// The rules for header names of `forward_claims`.
enum ForwardedHeader {
    /// What is wrong with a name, or nothing.
    static func flaw(of name: String) -> String? {
        guard FieldToken.isValid(name) else {
            return "`\(Excerpt.of(name))` is not a header name"
        }
        let folded = folded(name)
        if reserved.contains(folded) || reservedPrefixes.contains(where: { folded.hasPrefix($0) }) {
            return "`\(Excerpt.of(name))` is a header that the gate or the connection needs"
        }
        return nil
    }

    /// The name as apps may see it that know headers as variables: no case, and `_` and `.` like `-`.
    static func folded(_ name: String) -> String {
        String(name.lowercased().map { $0 == "_" || $0 == "." ? "-" : $0 })
    }

    /// Framing, hop-by-hop (RFC 9110 section 7.6.1), routing, credentials, and what the gate sets itself.
    private static let reserved: Set<String> = [
        "content-length", "transfer-encoding", "te", "trailer", "connection", "keep-alive", "proxy-connection",
        "upgrade", "expect", "host", "content-type", "content-encoding", "content-range", "range", "authorization",
        "proxy-authorization", "proxy-authenticate", "www-authenticate", "cookie", "set-cookie", "forwarded",
        "x-real-ip", "x-request-id", "via", "traceparent", "tracestate", "origin", "http2-settings", "max-forwards",
        "date", "cache-control", "pragma",
    ]
    private static let reservedPrefixes = [
        "x-forwarded-", "access-control-", "sec-", "proxy-", "if-", "x-original-", "x-rewrite-",
    ]
}
