/// What a client is told about a refusal (RFC 9457): poorer than the log, and nothing of the request is repeated.
///
/// The only place where a refusal gets a status; a new case without one does not compile.
package struct ProblemDetails: Sendable, Equatable {
    /// The status code.
    package let status: Int
    /// The stable code that programs look at.
    package let code: String
    /// One sentence for people.
    package let detail: String
    /// Whether the connection must not be used again: where the next request begins is uncertain, or the client is at fault
    /// in a way that reading on would only prolong.
    package let closesConnection: Bool

    /// The status in words; with `about:blank` the title is nothing else (RFC 9457 section 4.2.1).
    package var title: String {
        switch self.status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Internal Server Error"
        }
    }

    private init(_ status: Int, _ code: String, _ detail: String, closes: Bool = false) {
        self.status = status
        self.code = code
        self.detail = detail
        self.closesConnection = closes
    }

    /// What the client is told about this refusal; every text is a constant.
    package init(_ refusal: Refusal) {
        switch refusal {
        case .malformed(let malformation):
            self.init(400, "bad_request", malformation.detail, closes: true)
        case .versionNotSupported:
            self.init(505, "version_not_supported", "This version of HTTP is not supported.", closes: true)
        case .targetTooLong:
            self.init(414, "target_too_long", "The request target is too long.", closes: true)
        case .headTooLarge:
            self.init(431, "headers_too_large", "The head of the request is too large.", closes: true)
        case .tooManyFields:
            self.init(431, "headers_too_large", "The request has too many header fields.", closes: true)
        case .expectationUnknown:
            self.init(417, "expectation_failed", "The only expectation that can be met is 100-continue.")
        case .bodyTooLarge:
            self.init(413, "body_too_large", "The body of the request is too large.", closes: true)
        case .requestTimedOut:
            self.init(408, "request_timeout", "The request did not arrive in time.", closes: true)
        case .ambiguousPath(let flaw):
            self.init(400, "bad_request", flaw.detail)
        case .routeUnknown:
            self.init(404, "not_found", "There is nothing at this path.")
        case .methodForbidden:
            self.init(405, "method_not_allowed", "This method is not allowed on any path.", closes: true)
        case .methodNotAllowed:
            self.init(405, "method_not_allowed", "This method is not allowed on this path.")
        case .credentialsRepeated:
            self.init(400, "invalid_request", "The request carries more than one credential.")
        case .tokenMissing:
            self.init(401, "missing_token", "A bearer token is needed.")
        case .tokenRejected:
            self.init(401, "invalid_token", "The bearer token is not accepted.")
        case .scopeMissing, .claimMissing:
            self.init(403, "insufficient_scope", "The bearer token does not allow this.")
        case .keysUnavailable:
            self.init(503, "keys_unavailable", "Tokens cannot be checked at the moment.")
        case .quotaExceeded:
            self.init(429, "quota_exceeded", "The quota is used up for now.")
        case .failuresExceeded, .loginDelayed:
            self.init(429, "quota_exceeded", "There were too many failed attempts.")
        case .quotaUnavailable:
            self.init(503, "quota_unavailable", "Quotas cannot be checked at the moment.")
        case .upstreamRefused:
            self.init(502, "upstream_refused", "The application cannot be reached.")
        case .upstreamInvalid:
            self.init(502, "upstream_invalid", "The application gave no valid answer.")
        case .upstreamTimedOut:
            self.init(504, "upstream_timeout", "The application did not answer in time.")
        case .overloaded:
            self.init(503, "overloaded", "There are too many requests at the moment.")
        case .draining:
            self.init(503, "draining", "The gate is shutting down.", closes: true)
        case .internalError:
            self.init(500, "internal_error", "The gate failed; the request id tells its operator why.", closes: true)
        default:
            self.init(accounts: refusal)
        }
    }

    /// What the accounts service's clients are told.
    private init(accounts refusal: Refusal) {
        switch refusal {
        case .jsonMalformed:
            self.init(400, "malformed_json", "The body is not JSON, or a member is repeated.")
        case .mediaTypeUnsupported:
            self.init(415, "unsupported_media_type", "The body must be application/json.")
        case .fieldsInvalid:
            self.init(422, "validation_failed", "The body does not have the form that is asked for.")
        case .emailTaken:
            self.init(409, "email_taken", "There is an account with this e-mail address.")
        case .usernameTaken:
            self.init(409, "username_taken", "There is an account with this username.")
        case .resourceUnknown:
            self.init(404, "not_found", "There is nothing of this name.")
        case .credentialsRejected:
            self.init(401, "invalid_credentials", "The credentials are not accepted.")
        case .refreshTokenRejected:
            self.init(401, "invalid_token", "The refresh token is not accepted.")
        case .accountsBusy:
            self.init(503, "accounts_busy", "Too many passwords are being checked at the moment.")
        case .databaseUnavailable:
            self.init(503, "database_unavailable", "Accounts cannot be read or changed at the moment.")
        case .auditUnavailable:
            self.init(503, "audit_unavailable", "Changes cannot be recorded at the moment, so none is made.")
        default:
            self.init(500, "internal_error", "The gate failed; the request id tells its operator why.", closes: true)
        }
    }
}

extension Malformation {
    fileprivate var detail: String {
        switch self {
        case .requestLine: "The request line is malformed."
        case .method: "The method is malformed."
        case .target: "The request target is malformed."
        case .fieldName: "The name of a header field is malformed."
        case .fieldValue: "The value of a header field holds a character that is not allowed."
        case .lineEnding: "A line of the request does not end with CR LF."
        case .host: "The Host header is missing, repeated or malformed, or differs from the request target."
        case .contentLength: "The Content-Length header is repeated or malformed."
        case .transferEncoding: "The Transfer-Encoding header is not `chunked`, or stands beside Content-Length."
        case .connection: "The Connection header names a field that cannot be dropped."
        case .chunk: "The chunked body is malformed."
        case .trailer: "The trailer holds a field that is not allowed there."
        case .origin: "The Origin header is repeated."
        case .pseudoHeader: "The pseudo-headers are malformed."
        }
    }
}

extension PathFlaw {
    fileprivate var detail: String {
        switch self {
        case .dotSegment: "The path holds a `.` or `..` segment."
        case .encodedSlash: "The path holds an encoded slash."
        case .backslash: "The path holds a backslash."
        case .malformedEscape: "The path holds a `%` that is not followed by two hexadecimal digits."
        case .controlByte: "The path holds a control character."
        case .emptySegment: "The path holds an empty segment."
        case .invalidUTF8: "The path is not UTF-8."
        }
    }
}
