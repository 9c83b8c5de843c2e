extension Refusal {
    /// Why, in one word of a closed set: the access log's `reason` and a label of the metrics.
    ///
    /// Finer than the problem code that the client sees. Constant texts; nothing is allocated.
    package var reason: String {
        switch self {
        case .malformed(let malformation): malformation.reason
        case .versionNotSupported: "version_not_supported"
        case .targetTooLong: "target_too_long"
        case .headTooLarge: "head_too_large"
        case .tooManyFields: "too_many_fields"
        case .expectationUnknown: "expectation_unknown"
        case .bodyTooLarge: "body_too_large"
        case .requestTimedOut: "request_timeout"
        case .ambiguousPath(let flaw): flaw.reason
        case .routeUnknown: "route_unknown"
        case .methodForbidden: "method_forbidden"
        case .methodNotAllowed: "method_not_allowed"
        case .credentialsRepeated: "credentials_repeated"
        case .tokenMissing: "token_missing"
        case .tokenRejected(let flaw): flaw.reason
        case .keysUnavailable: "keys_unavailable"
        case .scopeMissing: "scope_missing"
        case .claimMissing: "claim_missing"
        case .quotaExceeded: "quota_exceeded"
        case .failuresExceeded: "failures_exceeded"
        case .quotaUnavailable: "quota_unavailable"
        case .upstreamRefused(let fault), .upstreamInvalid(let fault), .upstreamTimedOut(let fault): fault.rawValue
        case .overloaded: "overloaded"
        case .draining: "draining"
        case .internalError: "internal_error"
        default: self.accountsReason
        }
    }

    /// The reasons of the accounts service.
    private var accountsReason: String {
        switch self {
        case .jsonMalformed: "malformed_json"
        case .mediaTypeUnsupported: "unsupported_media_type"
        case .fieldsInvalid: "validation_failed"
        case .emailTaken: "email_taken"
        case .usernameTaken: "username_taken"
        case .resourceUnknown: "resource_unknown"
        case .credentialsRejected: "credentials_rejected"
        case .refreshTokenRejected: "refresh_token_rejected"
        case .loginDelayed: "login_delayed"
        case .accountsBusy: "accounts_busy"
        case .databaseUnavailable: "database_unavailable"
        case .auditUnavailable: "audit_unavailable"
        default: "internal_error"
        }
    }

    /// Every reason there is, for the documentation and for metrics that must exist before they count.
    package static let allReasons: [String] = {
        Refusal.plain.map(\.reason) + Malformation.allCases.map(\.reason) + PathFlaw.allCases.map(\.reason)
            + TokenFlaw.allCases.map(\.reason) + UpstreamFault.allCases.map(\.rawValue)
    }()
}

extension Refusal {
    /// One example of each refusal that has no flaw or fault inside.
    package static let plain: [Refusal] = [
        .versionNotSupported, .targetTooLong, .headTooLarge, .tooManyFields, .expectationUnknown, .bodyTooLarge,
        .requestTimedOut, .routeUnknown, .methodForbidden, .methodNotAllowed(route: 0), .credentialsRepeated,
        .tokenMissing, .keysUnavailable, .scopeMissing(route: 0), .claimMissing(route: 0),
        .quotaExceeded(seconds: 0), .failuresExceeded(seconds: 0), .quotaUnavailable, .jsonMalformed,
        .mediaTypeUnsupported, .fieldsInvalid, .emailTaken, .usernameTaken, .resourceUnknown, .credentialsRejected,
        .refreshTokenRejected, .loginDelayed(seconds: 0), .accountsBusy, .databaseUnavailable, .auditUnavailable,
        .overloaded, .draining, .internalError,
    ]
}

extension Malformation {
    var reason: String {
        switch self {
        case .requestLine: "malformed_request_line"
        case .method: "malformed_method"
        case .target: "malformed_target"
        case .fieldName: "malformed_field_name"
        case .fieldValue: "malformed_field_value"
        case .lineEnding: "malformed_line_ending"
        case .host: "malformed_host"
        case .contentLength: "malformed_content_length"
        case .transferEncoding: "malformed_transfer_encoding"
        case .connection: "malformed_connection"
        case .chunk: "malformed_chunk"
        case .trailer: "malformed_trailer"
        case .origin: "malformed_origin"
        case .pseudoHeader: "malformed_pseudo_header"
        }
    }
}

extension PathFlaw {
    var reason: String {
        switch self {
        case .dotSegment: "path_dot_segment"
        case .encodedSlash: "path_encoded_slash"
        case .backslash: "path_backslash"
        case .malformedEscape: "path_malformed_escape"
        case .controlByte: "path_control_byte"
        case .emptySegment: "path_empty_segment"
        case .invalidUTF8: "path_invalid_utf8"
        }
    }
}

extension TokenFlaw {
    var reason: String {
        switch self {
        case .malformed: "token_malformed"
        case .tooLarge: "token_too_large"
        case .algorithmNotAllowed: "token_algorithm_not_allowed"
        case .headerNotAllowed: "token_header_not_allowed"
        case .typeNotAllowed: "token_type_not_allowed"
        case .wrongIssuer: "token_wrong_issuer"
        case .unknownKey: "token_unknown_key"
        case .badSignature: "token_bad_signature"
        case .expired: "token_expired"
        case .notYetValid: "token_not_yet_valid"
        case .wrongAudience: "token_wrong_audience"
        case .malformedClaim: "token_malformed_claim"
        case .revoked: "token_revoked"
        }
    }
}
