/// The field names that the gate itself has something to say about.
///
/// Everything else is `.other` and is only copied. Raw values stay below 128, so that a `FieldNameSet` is two words.
package enum FieldName: UInt8, Sendable, CaseIterable {
    case other = 0
    // Framing and connection (RFC 9112, RFC 9110 section 7.6.1).
    case host, contentLength, transferEncoding, connection, keepAlive, proxyConnection, upgrade, te, trailer, expect
    case http2Settings
    // Credentials.
    case authorization, proxyAuthorization, proxyAuthenticate, wwwAuthenticate, cookie
    // Where a request came from: never believed from a stranger.
    case forwarded, xForwardedFor, xForwardedProto, xForwardedHost, xForwardedPort, xForwardedServer, xForwardedPrefix
    case xForwardedSsl, xForwardedScheme, xForwardedUser, xForwardedClientCert, xForwardedEmail, xForwardedGroups
    case xForwardedUri, xForwardedMethod, xForwardedPreferredUsername
    case xRealIP, xClientIP, trueClientIP, cfConnectingIP, xOriginalURL, xOriginalURI, xOriginalHost, xOriginalMethod
    case xOriginalForwardedFor, xRewriteURL, proxy
    // Correlation.
    case xRequestID, traceparent, tracestate
    // CORS (Fetch).
    case origin, accessControlRequestMethod, accessControlRequestHeaders, accessControlRequestPrivateNetwork
    case accessControlAllowOrigin, accessControlAllowCredentials, accessControlAllowMethods, accessControlAllowHeaders
    case accessControlExposeHeaders, accessControlMaxAge, accessControlAllowPrivateNetwork
    // Security headers.
    case strictTransportSecurity, xContentTypeOptions, xFrameOptions, referrerPolicy, contentSecurityPolicy
    case permissionsPolicy, crossOriginOpenerPolicy, crossOriginResourcePolicy
    // Answers.
    case server, xPoweredBy, date, vary, retryAfter, rateLimit, rateLimitPolicy, allow, location
    case contentType, userAgent, cacheControl, secWebSocketProtocol
}

/// A set of field names as two machine words.
package struct FieldNameSet: Sendable, Equatable, ExpressibleByArrayLiteral {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// The empty set, or the set of the names given.
    package init(arrayLiteral names: FieldName...) {
        self.init(names)
    }

    /// The set of the names given.
    package init(_ names: some Sequence<FieldName>) {
        for name in names {
            self.insert(name)
        }
    }

    /// Adds a name.
    package mutating func insert(_ name: FieldName) {
        if name.rawValue < 64 {
            self.low |= 1 << UInt64(name.rawValue)
        } else {
            self.high |= 1 << UInt64(name.rawValue & 63)
        }
    }

    /// Adds all names of another set.
    package mutating func formUnion(_ other: FieldNameSet) {
        self.low |= other.low
        self.high |= other.high
    }

    /// Whether the name is in the set.
    package func contains(_ name: FieldName) -> Bool {
        let word = name.rawValue < 64 ? self.low : self.high
        return word & (1 << UInt64(name.rawValue & 63)) != 0
    }

    /// Whether both sets share a name.
    package func intersects(_ other: FieldNameSet) -> Bool {
        (self.low & other.low) | (self.high & other.high) != 0
    }

    /// Empties the set.
    package mutating func removeAll() {
        self.low = 0
        self.high = 0
    }
}
