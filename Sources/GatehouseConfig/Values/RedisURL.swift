internal import GatehouseCrypto

/// A URL of Redis: one server, sentinels, or nodes of a cluster.
///
/// No flaw quotes a part of the URL, for what is out of place may be a piece of a password.
struct RedisURL {
    /// Which servers there are.
    let layout: RedisSettings.Layout
    /// Whether they are reached through TLS.
    let isSecure: Bool
    /// The user, decoded.
    let user: String?
    /// The password, decoded.
    let password: Secret?
    /// The URL with `***` in place of the password.
    let masked: String

    /// Reads `redis://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE]`, `redis+sentinel://.../NAME[/DATABASE]` or
    /// `redis+cluster://...`, with `rediss` for TLS.
    init(_ text: String) throws(ScalarFlaw) {
        guard let start = text.firstRange(of: "://") else {
            throw ScalarFlaw("it is not a URL of Redis", hint: Self.forms, quotesScalar: false)
        }
        // Without this a control character of a variable would reach the wire.
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ScalarFlaw(
                "the URL holds a space, a control character or one that is not ASCII",
                hint: "such characters are percent-encoded, as in `%20`",
                quotesScalar: false
            )
        }
        let scheme = text[..<start.lowerBound].lowercased()
        guard let kind = Self.kinds[scheme] else {
            throw ScalarFlaw("the URL does not begin with a scheme of Redis", hint: Self.forms, quotesScalar: false)
        }
        let (information, hosts, path) = try Self.parts(text[start.upperBound...])
        let credentials = try Self.credentials(information)
        user = credentials.user
        password = credentials.password
        layout = try Self.layout(kind.layout, hosts, path)
        isSecure = kind.isSecure
        let secret = credentials.password == nil ? "" : ":***"
        let shown = information.map { "\($0.prefix { $0 != ":" })\(secret)@" } ?? ""
        masked = "\(scheme)://\(shown)\(hosts)\(path)"
    }

    /// The text before the last `@` of the authority, the hosts, and the path.
    private static func parts(
        _ text: Substring
    ) throws(ScalarFlaw) -> (information: Substring?, hosts: Substring, path: Substring) {
        let hint = "in a user or password `/`, `@`, `?` and `#` are written `%2F`, `%40`, `%3F` and `%23`"
        let authority = text.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = text[authority.endIndex...]
        guard !path.contains("@") else {
            throw ScalarFlaw("the URL has an `@` behind the host", hint: hint, quotesScalar: false)
        }
        guard !path.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw ScalarFlaw("the URL must not have a query or fragment", hint: hint, quotesScalar: false)
        }
        guard let at = authority.lastIndex(of: "@") else { return (nil, authority, path) }
        guard !authority[..<at].contains("@") else {
            throw ScalarFlaw("the URL has more than one `@`", hint: hint, quotesScalar: false)
        }
        return (authority[..<at], authority[authority.index(after: at)...], path)
    }

    private static func credentials(
        _ information: Substring?
    ) throws(ScalarFlaw) -> (user: String?, password: Secret?) {
        guard let information else { return (nil, nil) }
        let userText = information.prefix { $0 != ":" }
        guard let userBytes = PercentEncoding.decoded(userText),
            let user = String(validating: userBytes, as: UTF8.self),
            let password = PercentEncoding.decoded(information[userText.endIndex...].dropFirst())
        else {
            throw ScalarFlaw(
                "the user or password of the URL is not percent-encoded UTF-8",
                hint: "`%` itself is written `%25`",
                quotesScalar: false
            )
        }
        guard !user.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw ScalarFlaw("the user of the URL holds a control character", quotesScalar: false)
        }
        guard information.contains(":") else {
            guard !user.isEmpty else {
                throw ScalarFlaw("the URL has nothing before its `@`", quotesScalar: false)
            }
            return (user, nil)
        }
        guard !password.isEmpty else {
            throw ScalarFlaw("the password of the URL is empty", quotesScalar: false)
        }
        return (user.isEmpty ? nil : user, Secret(password))
    }

    private enum Kind {
        case single, sentinel, cluster
    }

    private static func layout(
        _ kind: Kind,
        _ hosts: Substring,
        _ path: Substring
    ) throws(ScalarFlaw) -> RedisSettings.Layout {
        let endpoints = try RedisEndpoint.list(hosts, defaultPort: kind == .sentinel ? 26_379 : 6379)
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        switch kind {
        case .single:
            guard endpoints.count == 1, let endpoint = endpoints.first else {
                let hint = "several servers are sentinels or a cluster: `redis+sentinel://`, `redis+cluster://`"
                throw ScalarFlaw("the URL names several servers", hint: hint, quotesScalar: false)
            }
            return .single(endpoint, database: try database(segments[...]))
        case .sentinel:
            guard let master = segments.first, PlainName.isValid(master) else {
                throw ScalarFlaw(
                    "the URL does not say what the sentinels call the primary",
                    hint: "write it like `redis+sentinel://10.0.0.1,10.0.0.2/NAME/0`",
                    quotesScalar: false
                )
            }
            let number = try database(segments.dropFirst())
            return .sentinel(endpoints, master: String(master), database: number)
        case .cluster:
            guard try database(segments[...]) == 0 else {
                throw ScalarFlaw("a cluster has only the database 0", quotesScalar: false)
            }
            return .cluster(endpoints)
        }
    }

    /// The number of the database, 0 if there is none.
    private static func database(_ segments: ArraySlice<Substring>) throws(ScalarFlaw) -> Int {
        guard let text = segments.first, !(text.isEmpty && segments.count == 1) else { return 0 }
        let isNumber = segments.count == 1 && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        guard isNumber, text.utf8.count <= 5, let number = Int(text), number <= 65_535 else {
            throw ScalarFlaw("the URL ends in something that is not the number of a database", quotesScalar: false)
        }
        return number
    }

    private static let longest = 8192
    private static let forms =
        "write it like `redis://127.0.0.1:6379/0`, `redis+sentinel://...` or `redis+cluster://...`"
    private static let kinds: [String: (layout: Kind, isSecure: Bool)] = [
        "redis": (.single, false), "redis+sentinel": (.sentinel, false), "redis+cluster": (.cluster, false),
        "rediss": (.single, true), "rediss+sentinel": (.sentinel, true), "rediss+cluster": (.cluster, true),
    ]
}
