/// One of the eight headers that `security_headers` can set.
struct SecurityHeader: Sendable {
    /// The key in the file.
    let key: String
    /// The usual spelling of the field.
    let name: String
    /// The value of the presets that have it.
    let value: String
    /// Whether the preset `api` has it too.
    let isInAPI: Bool

    /// All eight in the order in which they are written.
    static let all: [SecurityHeader] = [
        SecurityHeader(
            key: "strict_transport_security",
            name: "Strict-Transport-Security",
            value: "max-age=31536000; includeSubDomains",
            isInAPI: true
        ),
        SecurityHeader(
            key: "x_content_type_options",
            name: "X-Content-Type-Options",
            value: "nosniff",
            isInAPI: true
        ),
        SecurityHeader(key: "x_frame_options", name: "X-Frame-Options", value: "DENY", isInAPI: false),
        SecurityHeader(key: "referrer_policy", name: "Referrer-Policy", value: "no-referrer", isInAPI: false),
        SecurityHeader(
            key: "content_security_policy",
            name: "Content-Security-Policy",
            value: "default-src 'none'; frame-ancestors 'none'",
            isInAPI: false
        ),
        SecurityHeader(
            key: "permissions_policy",
            name: "Permissions-Policy",
            value: "camera=(), microphone=(), geolocation=(), payment=()",
            isInAPI: false
        ),
        SecurityHeader(
            key: "cross_origin_opener_policy",
            name: "Cross-Origin-Opener-Policy",
            value: "same-origin",
            isInAPI: false
        ),
        SecurityHeader(
            key: "cross_origin_resource_policy",
            name: "Cross-Origin-Resource-Policy",
            value: "same-origin",
            isInAPI: false
        ),
    ]
}
