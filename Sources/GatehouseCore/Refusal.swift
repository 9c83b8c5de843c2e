/// Every "no" of the gate, one case for each reason that an operator can tell apart.
///
/// A refusal is thrown by a stage and leaves by one door: `Problem` renders it for the client, `AccessRecord` names it in the log.
/// The client's text is poorer than the log's: it never holds anything of the token, the upstream's address or our internals.
package enum Refusal: Error, Sendable, Equatable {
    // What the codec could not accept (RFC 9112).
    case malformed(Malformation)
    case versionNotSupported
    case targetTooLong
    case headTooLarge
    case tooManyFields
    case expectationUnknown
    case bodyTooLarge
    case requestTimedOut

    // Routes.
    case ambiguousPath(PathFlaw)
    case routeUnknown
    case methodForbidden
    case methodNotAllowed(route: Int)

    // Tokens.
    case credentialsRepeated
    case tokenMissing
    case tokenRejected(TokenFlaw)
    case keysUnavailable
    case scopeMissing(route: Int)
    case claimMissing(route: Int)

    // Quotas.
    case quotaExceeded(seconds: Int)
    case failuresExceeded(seconds: Int)
    case quotaUnavailable

    // The accounts service.
    case jsonMalformed
    case mediaTypeUnsupported
    case fieldsInvalid
    case emailTaken
    case usernameTaken
    case resourceUnknown
    case credentialsRejected
    case refreshTokenRejected
    case loginDelayed(seconds: Int)
    case accountsBusy
    case databaseUnavailable
    case auditUnavailable

    // The app.
    case upstreamRefused(UpstreamFault)
    case upstreamInvalid(UpstreamFault)
    case upstreamTimedOut(UpstreamFault)

    // The gate itself.
    case overloaded
    case draining
    case internalError
}

/// What was wrong with the bytes of a head or of a body's framing.
package enum Malformation: String, Sendable, Equatable, CaseIterable {
    case requestLine = "request_line"
    case method
    case target
    case fieldName = "field_name"
    case fieldValue = "field_value"
    case lineEnding = "line_ending"
    case host
    case contentLength = "content_length"
    case transferEncoding = "transfer_encoding"
    case connection
    case chunk
    case trailer
    case origin
    case pseudoHeader = "pseudo_header"
}

/// Why a path cannot be matched without guessing what the app would make of it.
package enum PathFlaw: String, Sendable, Equatable, CaseIterable {
    case dotSegment = "dot_segment"
    case encodedSlash = "encoded_slash"
    case backslash
    case malformedEscape = "malformed_escape"
    case controlByte = "control_byte"
    case emptySegment = "empty_segment"
    case invalidUTF8 = "invalid_utf8"
}

/// Why an upstream app gave no answer that could be passed on.
package enum UpstreamFault: String, Sendable, Equatable, CaseIterable {
    case connectionRefused = "upstream_connection_refused"
    case nameResolution = "upstream_name_resolution"
    case tls = "upstream_tls"
    case connectTimeout = "upstream_connect_timeout"
    case responseTimeout = "upstream_response_timeout"
    case malformedHead = "upstream_malformed_head"
    case malformedBody = "upstream_malformed_body"
    case closedBeforeHead = "upstream_closed_before_head"
    case closedMidBody = "upstream_closed_mid_body"
    case tooManyInformational = "upstream_too_many_informational"
    case unexpectedUpgrade = "upstream_unexpected_upgrade"
}

/// Why a token was refused; a closed set, for records and `token inspect`, never for the client.
package enum TokenFlaw: String, Error, Sendable, Equatable, CaseIterable {
    case malformed
    case tooLarge = "too_large"
    case algorithmNotAllowed = "algorithm_not_allowed"
    case headerNotAllowed = "header_not_allowed"
    case typeNotAllowed = "type_not_allowed"
    case wrongIssuer = "wrong_issuer"
    case unknownKey = "unknown_key"
    case badSignature = "bad_signature"
    case expired
    case notYetValid = "not_yet_valid"
    case wrongAudience = "wrong_audience"
    case malformedClaim = "malformed_claim"
    case revoked
}

/// A set of methods, for `Allow`.
package struct MethodSet: Sendable, Equatable {
    package var bits: UInt16

    /// The set of the methods given.
    package init(_ methods: some Sequence<Method>) {
        self.bits = methods.reduce(into: 0) { $0 |= 1 << UInt16($1.rawValue) }
    }

    /// Whether the method is in the set.
    package func contains(_ method: Method) -> Bool {
        self.bits & (1 << UInt16(method.rawValue)) != 0
    }

    /// Every method that a route without `methods` names in `Allow`.
    package static let all = MethodSet([.get, .head, .post, .put, .patch, .delete, .options])
}
