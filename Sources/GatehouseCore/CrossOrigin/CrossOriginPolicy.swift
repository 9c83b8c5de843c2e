/// The CORS policy of the gate (Fetch section 3.2): which pages of other origins may call what, and read the answers.
///
/// Where there is a policy it speaks for the app: the app's own CORS headers are replaced. Without one, OPTIONS is an ordinary
/// request and the app's headers pass. Everything that does not depend on the request is rendered when the policy is made.
package struct CrossOriginPolicy: Sendable {
    let origins: AllowedOrigins
    let methods: MethodSet
    let otherMethods: [[UInt8]]
    let headers: HeaderNames
    let allowHeadersLine: String
    let credentials: Bool
    let maxAgeSeconds: Int
    /// What follows `Access-Control-Allow-Origin` on an answer that a page may read.
    private let readable: FieldLines
    /// What is on every other answer: a cache must not hand one origin's answer to another.
    private let unreadable: FieldLines

    /// Makes a policy; configuration has checked origins, method tokens and field names.
    package init(
        origins: AllowedOrigins,
        methods: [String],
        headers: [String],
        expose: [String],
        credentials: Bool,
        maxAgeSeconds: Int
    ) {
        let tokens = methods.map { Array($0.utf8) }
        self.origins = origins
        self.methods = MethodSet(tokens.map { unsafe Method($0.span.bytes) }.filter { $0 != .other })
        self.otherMethods = tokens.filter { unsafe Method($0.span.bytes) == .other }
        self.headers = HeaderNames(headers)
        self.allowHeadersLine = headers.joined(separator: ", ")
        self.credentials = credentials
        self.maxAgeSeconds = maxAgeSeconds
        var unreadable = FieldLines()
        unreadable.append(.vary, "Origin")
        var readable = FieldLines()
        if credentials { readable.append(.accessControlAllowCredentials, "true") }
        readable.append(.accessControlExposeHeaders, CrossOriginPolicy.exposed(expose))
        readable.append(contentsOf: unreadable)
        self.readable = readable
        self.unreadable = unreadable
    }

    /// Whether a page of the request's origin may read the answer.
    package func allows(_ head: RequestHead) -> Bool {
        guard let origin = head.firstValue(.origin), head.count(of: .origin) == 1 else { return false }
        return self.origins.contains(head.bytes, origin)
    }

    /// Appends the CORS lines of an answer that is none to a preflight: the origin echoed as received if it is allowed, and
    /// `Vary: Origin` in any case.
    package func append(for head: RequestHead, to lines: inout FieldLines) {
        guard self.allows(head) else {
            lines.append(contentsOf: self.unreadable)
            return
        }
        self.appendOrigin(of: head, to: &lines)
        lines.append(contentsOf: self.readable)
    }

    func appendOrigin(of head: RequestHead, to lines: inout FieldLines) {
        guard self.origins != .any else {
            lines.append(.accessControlAllowOrigin, "*")
            return
        }
        guard let origin = head.firstValue(.origin) else { return }
        lines.append(.accessControlAllowOrigin) { $0.append(contentsOf: head.bytes[origin]) }
    }

    /// What scripts may read: what is configured, and the headers by which the gate itself says how to go on.
    private static func exposed(_ configured: [String]) -> String {
        let ours = ["Retry-After", "RateLimit", "RateLimit-Policy", "WWW-Authenticate"]
        let missing = ours.filter { name in !configured.contains { $0.lowercased() == name.lowercased() } }
        return (configured + missing).joined(separator: ", ")
    }

    /// The names of the app's answer that the policy replaces.
    package static let replaced: FieldNameSet = [
        .accessControlAllowOrigin, .accessControlAllowCredentials, .accessControlAllowMethods,
        .accessControlAllowHeaders, .accessControlExposeHeaders, .accessControlMaxAge,
        .accessControlAllowPrivateNetwork,
    ]
}
