extension FieldName {
    /// The name in its canonical spelling, as we write it.
    ///
    /// `.other` has no spelling of its own and yields the empty string.
    package var spelling: StaticString {
        switch self {
        case .other: ""
        case .host: "Host"
        case .contentLength: "Content-Length"
        case .transferEncoding: "Transfer-Encoding"
        case .connection: "Connection"
        case .keepAlive: "Keep-Alive"
        case .proxyConnection: "Proxy-Connection"
        case .upgrade: "Upgrade"
        case .te: "TE"
        case .trailer: "Trailer"
        case .expect: "Expect"
        case .http2Settings: "HTTP2-Settings"
        case .authorization: "Authorization"
        case .proxyAuthorization: "Proxy-Authorization"
        case .proxyAuthenticate: "Proxy-Authenticate"
        case .wwwAuthenticate: "WWW-Authenticate"
        case .cookie: "Cookie"
        default: self.secondSpelling
        }
    }

    /// The second part of the table; split so that no function is longer than a screen.
    private var secondSpelling: StaticString {
        switch self {
        case .forwarded: "Forwarded"
        case .xForwardedFor: "X-Forwarded-For"
        case .xForwardedProto: "X-Forwarded-Proto"
        case .xForwardedHost: "X-Forwarded-Host"
        case .xForwardedPort: "X-Forwarded-Port"
        case .xForwardedServer: "X-Forwarded-Server"
        case .xForwardedPrefix: "X-Forwarded-Prefix"
        case .xForwardedSsl: "X-Forwarded-Ssl"
        case .xForwardedScheme: "X-Forwarded-Scheme"
        case .xForwardedUser: "X-Forwarded-User"
        case .xForwardedClientCert: "X-Forwarded-Client-Cert"
        case .xForwardedEmail: "X-Forwarded-Email"
        case .xForwardedGroups: "X-Forwarded-Groups"
        case .xForwardedUri: "X-Forwarded-Uri"
        case .xForwardedMethod: "X-Forwarded-Method"
        case .xForwardedPreferredUsername: "X-Forwarded-Preferred-Username"
        case .xRealIP: "X-Real-IP"
        case .xClientIP: "X-Client-IP"
        case .trueClientIP: "True-Client-IP"
        case .cfConnectingIP: "CF-Connecting-IP"
        case .xOriginalURL: "X-Original-URL"
        case .xOriginalURI: "X-Original-URI"
        case .xOriginalHost: "X-Original-Host"
        case .xOriginalMethod: "X-Original-Method"
        case .xOriginalForwardedFor: "X-Original-Forwarded-For"
        case .xRewriteURL: "X-Rewrite-URL"
        case .proxy: "Proxy"
        case .xRequestID: "X-Request-Id"
        case .traceparent: "traceparent"
        case .tracestate: "tracestate"
        default: self.thirdSpelling
        }
    }

    private var thirdSpelling: StaticString {
        switch self {
        case .origin: "Origin"
        case .accessControlRequestMethod: "Access-Control-Request-Method"
        case .accessControlRequestHeaders: "Access-Control-Request-Headers"
        case .accessControlRequestPrivateNetwork: "Access-Control-Request-Private-Network"
        case .accessControlAllowOrigin: "Access-Control-Allow-Origin"
        case .accessControlAllowCredentials: "Access-Control-Allow-Credentials"
        case .accessControlAllowMethods: "Access-Control-Allow-Methods"
        case .accessControlAllowHeaders: "Access-Control-Allow-Headers"
        case .accessControlExposeHeaders: "Access-Control-Expose-Headers"
        case .accessControlMaxAge: "Access-Control-Max-Age"
        case .accessControlAllowPrivateNetwork: "Access-Control-Allow-Private-Network"
        case .strictTransportSecurity: "Strict-Transport-Security"
        case .xContentTypeOptions: "X-Content-Type-Options"
        case .xFrameOptions: "X-Frame-Options"
        case .referrerPolicy: "Referrer-Policy"
        case .contentSecurityPolicy: "Content-Security-Policy"
        case .permissionsPolicy: "Permissions-Policy"
        case .crossOriginOpenerPolicy: "Cross-Origin-Opener-Policy"
        case .crossOriginResourcePolicy: "Cross-Origin-Resource-Policy"
        case .server: "Server"
        case .xPoweredBy: "X-Powered-By"
        case .date: "Date"
        case .vary: "Vary"
        case .retryAfter: "Retry-After"
        case .rateLimit: "RateLimit"
        case .rateLimitPolicy: "RateLimit-Policy"
        case .allow: "Allow"
        case .location: "Location"
        case .contentType: "Content-Type"
        case .userAgent: "User-Agent"
        case .cacheControl: "Cache-Control"
        case .secWebSocketProtocol: "Sec-WebSocket-Protocol"
        default: ""
        }
    }
}
