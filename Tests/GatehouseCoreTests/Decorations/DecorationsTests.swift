import Testing

@testable import GatehouseCore

struct DecorationsTests {
    @Test func `strict sets all eight over TLS`() {
        let lines = Self.lines(.strict, isSecure: true)
        #expect(lines.values("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"])
        #expect(lines.values("X-Content-Type-Options") == ["nosniff"])
        #expect(lines.values("X-Frame-Options") == ["DENY"])
        #expect(lines.values("Referrer-Policy") == ["no-referrer"])
        #expect(lines.values("Content-Security-Policy") == ["default-src 'none'; frame-ancestors 'none'"])
        #expect(
            lines.values("Permissions-Policy") == ["camera=(), microphone=(), geolocation=(), payment=()"]
        )
        #expect(lines.values("Cross-Origin-Opener-Policy") == ["same-origin"])
        #expect(lines.values("Cross-Origin-Resource-Policy") == ["same-origin"])
        #expect(lines.values("X-Request-Id") == ["00000000000000070000000000000009"])
        #expect(lines.fields.count == 9)
    }

    @Test func `HSTS is sent over TLS only`() {
        let lines = Self.lines(.strict, isSecure: false)
        #expect(lines.values("Strict-Transport-Security") == [])
        #expect(lines.fields.count == 8)
        #expect(Decorations(securityHeaders: .strict, crossOrigin: nil).dropped.contains(.strictTransportSecurity))
    }

    @Test func `api sets the first two and leaves the others to the app`() {
        #expect(
            Self.lines(.api, isSecure: true).texts.map(\.name) == [
                "strict-transport-security", "x-content-type-options", "x-request-id",
            ]
        )
        let dropped = Decorations(securityHeaders: .api, crossOrigin: nil).dropped
        #expect(dropped.contains(.xContentTypeOptions))
        #expect(!dropped.contains(.contentSecurityPolicy))
    }

    @Test func `off sets none and drops none`() {
        #expect(Self.lines(.off, isSecure: true).texts.map(\.name) == ["x-request-id"])
        let dropped = Decorations(securityHeaders: .off, crossOrigin: nil).dropped
        #expect(dropped == [.server, .xPoweredBy, .xRequestID])
    }

    @Test func `single headers are set or left out key by key`() throws {
        let headers = try #require(
            SecurityHeaders.strict.overriding("content_security_policy", "default-src 'self'")?
                .overriding("x_frame_options", nil)
        )
        let lines = Self.lines(headers, isSecure: true)
        #expect(lines.values("Content-Security-Policy") == ["default-src 'self'"])
        #expect(lines.values("X-Frame-Options") == [])
        #expect(!Decorations(securityHeaders: headers, crossOrigin: nil).dropped.contains(.xFrameOptions))
        #expect(
            try #require(SecurityHeaders.off.overriding("referrer_policy", "origin")).fields.map(\.value) == ["origin"]
        )
        #expect(SecurityHeaders.off.overriding("referrer_policy", nil) == .off)
    }

    @Test(arguments: ["server", "x-frame-options", "X_Frame_Options", "set_cookie", "", "vary"])
    func `a key that is none of the eight is none`(key: String) {
        #expect(SecurityHeaders.strict.overriding(key, "x") == nil)
    }

    @Test func `what tells strangers about the app does not go on`() {
        let dropped = Decorations(securityHeaders: .off, crossOrigin: nil).dropped
        #expect(dropped.contains(.server))
        #expect(dropped.contains(.xPoweredBy))
        #expect(!dropped.contains(.date))
        #expect(!dropped.contains(.other))
    }

    @Test func `the app's own fields are marked where ours take their place`() {
        let head = HeadDraft("GET", "/", ["Server": "a", "X-Frame-Options": "b", "Date": "c", "server": "d"]).head
        let response = ResponseHead()
        response.bytes = head.bytes
        response.fields = head.fields
        response.present = head.present
        Decorations(securityHeaders: .strict, crossOrigin: nil).strip(response)
        let kept = response.fields.filter { !$0.traits.contains(.dropped) }.map(\.name)
        #expect(kept == [.host, .date])
    }

    @Test func `an answer to a request that could not be read is decorated but for CORS`() {
        let decorations = Decorations(securityHeaders: .strict, crossOrigin: Policies.twoOrigins())
        var lines = FieldLines()
        decorations.append(to: &lines, head: nil, isSecure: true, requestID: RequestID(high: 7, low: 9))
        #expect(lines.values("Vary") == [])
        #expect(lines.values("X-Content-Type-Options") == ["nosniff"])
    }

    @Test func `an answer's own Vary does not keep the CORS headers off`() {
        let decorations = Decorations(securityHeaders: .off, crossOrigin: Policies.twoOrigins())
        var lines = FieldLines()
        lines.append(.vary, "Accept-Encoding")
        let head = HeadDraft("GET", "/", ["Origin": PreflightTests.origin]).head
        decorations.append(to: &lines, head: head, isSecure: true, requestID: RequestID())
        #expect(lines.values("Vary") == ["Accept-Encoding", "Origin"])
        #expect(lines.values("Access-Control-Allow-Origin") == [PreflightTests.origin])
    }

    @Test func `each line ends with CR LF and its fields say where it is`() {
        let lines = Self.lines(.strict, isSecure: true)
        let rebuilt = lines.texts.count
        #expect(String(decoding: lines.bytes, as: UTF8.self).split(separator: "\r\n").count == rebuilt)
        #expect(lines.fields.last.map { Int($0.lineEnd) } == lines.bytes.count)
    }

    private static func lines(_ headers: SecurityHeaders, isSecure: Bool) -> FieldLines {
        var lines = FieldLines()
        Decorations(securityHeaders: headers, crossOrigin: nil)
            .append(to: &lines, head: HeadDraft().head, isSecure: isSecure, requestID: RequestID(high: 7, low: 9))
        return lines
    }
}
