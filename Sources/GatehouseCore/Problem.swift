extension LocalAnswer {
    /// Renders a refusal as a problem document with the header fields that belong to it; the only way from a refusal to bytes.
    ///
    /// Nothing of the token, of the upstream's address or of the gate's inside is in it. `routes` is what the refusal was decided by;
    /// `problems` are the items of a 422's `errors`.
    package init(refusing refusal: Refusal, id: RequestID, routes: RouteTable, problems: [FieldProblem] = []) {
        let problem = ProblemDetails(refusal)
        var lines = FieldLines()
        lines.append(.contentType, "application/problem+json" as StaticString)
        lines.append(.cacheControl, "no-store" as StaticString)
        LocalAnswer.appendChallenge(refusal, routes, to: &lines)
        LocalAnswer.appendAllow(refusal, routes, to: &lines)
        if let seconds = refusal.retryAfterSeconds {
            lines.append(.retryAfter) { $0.append(contentsOf: String(seconds).utf8) }
        }
        self.init(
            status: problem.status,
            lines: lines,
            content: problem.document(id, refusal.problemType, problems),
            closesConnection: problem.closesConnection
        )
    }

    /// The challenge of RFC 6750 section 3: no `error` where no credential was sent.
    private static func appendChallenge(_ refusal: Refusal, _ routes: RouteTable, to lines: inout FieldLines) {
        switch refusal {
        case .tokenMissing, .credentialsRejected:
            lines.append(.wwwAuthenticate, #"Bearer realm="gatehouse""# as StaticString)
        case .tokenRejected, .refreshTokenRejected:
            lines.append(.wwwAuthenticate, #"Bearer realm="gatehouse", error="invalid_token""# as StaticString)
        case .credentialsRepeated:
            lines.append(.wwwAuthenticate, #"Bearer realm="gatehouse", error="invalid_request""# as StaticString)
        case .scopeMissing(let index), .claimMissing(let index):
            // All that the route asks for, whichever requirement failed: the client must not have to find out one by one.
            let scope = routes.routes.indices.contains(index) ? routes.routes[index].access.scope : []
            lines.append(.wwwAuthenticate) { bytes in
                bytes.append(contentsOf: #"Bearer realm="gatehouse", error="insufficient_scope""#.utf8)
                guard !scope.isEmpty else { return }
                bytes.append(contentsOf: #", scope=""#.utf8)
                bytes.append(contentsOf: scope)
                bytes.append(UInt8(ascii: "\""))
            }
        default:
            break
        }
    }

    /// A 405 must say what is allowed (RFC 9110 section 15.5.6).
    ///
    /// A forbidden method is refused before the path is looked up, so its answer tells nothing of what is there.
    private static func appendAllow(_ refusal: Refusal, _ routes: RouteTable, to lines: inout FieldLines) {
        switch refusal {
        case .methodForbidden: lines.append(.allow) { AllowedMethods.all.write(to: &$0) }
        case .methodNotAllowed(let index): lines.append(.allow) { routes.methods(ofRoute: index).write(to: &$0) }
        default: break
        }
    }
}

extension Refusal {
    /// When asking again makes sense, in seconds; every 429 and 503 says so (RFC 9110 section 10.2.3).
    fileprivate var retryAfterSeconds: Int? {
        switch self {
        case .quotaExceeded(let seconds), .failuresExceeded(let seconds), .loginDelayed(let seconds): max(1, seconds)
        case .keysUnavailable, .databaseUnavailable, .auditUnavailable, .draining: 5
        case .quotaUnavailable, .accountsBusy, .overloaded: 1
        default: nil
        }
    }

    /// What kind of problem it is: only quotas have one of their own (draft-ietf-httpapi-ratelimit-headers section 7).
    fileprivate var problemType: StaticString {
        switch self {
        case .quotaExceeded, .failuresExceeded, .loginDelayed:
            "https://iana.org/assignments/http-problem-types#quota-exceeded"
        default:
            "about:blank"
        }
    }
}

extension ProblemDetails {
    /// The document's bytes (RFC 9457 section 3).
    ///
    /// Its texts are constants without a character that JSON would escape, and a request id has none by its form.
    fileprivate func document(_ id: RequestID, _ type: StaticString, _ problems: [FieldProblem]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: #"{"type":""#.utf8)
        bytes.append(contentsOf: type.description.utf8)
        bytes.append(contentsOf: #"","title":""#.utf8)
        bytes.append(contentsOf: self.title.utf8)
        bytes.append(contentsOf: #"","status":"#.utf8)
        bytes.append(contentsOf: String(self.status).utf8)
        bytes.append(contentsOf: #","detail":""#.utf8)
        bytes.append(contentsOf: self.detail.utf8)
        bytes.append(contentsOf: #"","code":""#.utf8)
        bytes.append(contentsOf: self.code.utf8)
        bytes.append(contentsOf: #"","request_id":""#.utf8)
        id.write(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        if !problems.isEmpty { ProblemDetails.append(problems, to: &bytes) }
        bytes.append(contentsOf: "}\n".utf8)
        return bytes
    }

    private static func append(_ problems: [FieldProblem], to bytes: inout [UInt8]) {
        var writer = JSONWriter()
        writer.value(
            .array(
                problems.map { problem in
                    var object = JSONObject()
                    object["pointer"] = .string(problem.pointer)
                    object["code"] = .string(problem.code)
                    object["detail"] = .string(problem.detail)
                    return .object(object)
                }
            )
        )
        bytes.append(contentsOf: #","errors":"#.utf8)
        bytes.append(contentsOf: writer.bytes)
    }
}

extension MethodSet {
    /// Appends the methods as a list.
    func write(to bytes: inout [UInt8]) {
        var isFirst = true
        for method in Method.allCases where method != .other && self.contains(method) {
            if !isFirst { bytes.append(contentsOf: [Byte.comma, 0x20]) }
            bytes.append(contentsOf: method.token.description.utf8)
            isFirst = false
        }
    }
}

extension Access {
    /// The scopes that are required, separated by spaces; empty if none are.
    fileprivate var scope: [UInt8] {
        guard case .required(let requirements) = self else { return [] }
        let values = requirements.flatMap(\.scopes).map { Array($0.utf8) }
        return Array(values.filter { $0.allSatisfy(Access.isInScopeToken) }.joined(separator: [0x20]))
    }

    /// The characters of a scope (RFC 6749 section 3.3): neither quote nor backslash can break out of the header's string.
    private static func isInScopeToken(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != 0x22 && byte != Byte.backslash
    }
}
