import Testing

@testable import GatehouseCore

/// What a client is told (CONTRACT "Errors", "401/403" and "Problem codes").
struct ProblemTests {
    /// A refusal and what it must become.
    struct Row: CustomTestStringConvertible, Sendable {
        let refusal: Refusal
        let status: Int
        let code: String
        let closes: Bool

        init(_ refusal: Refusal, _ status: Int, _ code: String, closes: Bool = false) {
            self.refusal = refusal
            self.status = status
            self.code = code
            self.closes = closes
        }

        var testDescription: String {
            "\(self.refusal) is \(self.status) \(self.code)"
        }
    }

    static let rows =
        [
            Row(.versionNotSupported, 505, "version_not_supported", closes: true),
            Row(.targetTooLong, 414, "target_too_long", closes: true),
            Row(.headTooLarge, 431, "headers_too_large", closes: true),
            Row(.tooManyFields, 431, "headers_too_large", closes: true),
            Row(.expectationUnknown, 417, "expectation_failed"),
            Row(.bodyTooLarge, 413, "body_too_large", closes: true),
            Row(.requestTimedOut, 408, "request_timeout", closes: true),
            Row(.routeUnknown, 404, "not_found"),
            Row(.methodForbidden, 405, "method_not_allowed", closes: true),
            Row(.methodNotAllowed(route: 0), 405, "method_not_allowed"),
            Row(.credentialsRepeated, 400, "invalid_request"),
            Row(.tokenMissing, 401, "missing_token"),
            Row(.keysUnavailable, 503, "keys_unavailable"),
            Row(.scopeMissing(route: 0), 403, "insufficient_scope"),
            Row(.claimMissing(route: 0), 403, "insufficient_scope"),
            Row(.overloaded, 503, "overloaded"),
            Row(.draining, 503, "draining", closes: true),
            Row(.internalError, 500, "internal_error", closes: true),
        ] + Malformation.allCases.map { Row(.malformed($0), 400, "bad_request", closes: true) }
        + PathFlaw.allCases.map { Row(.ambiguousPath($0), 400, "bad_request") }
        + TokenFlaw.allCases.map { Row(.tokenRejected($0), 401, "invalid_token") }
        + UpstreamFault.allCases.flatMap {
            [
                Row(.upstreamRefused($0), 502, "upstream_refused"), Row(.upstreamInvalid($0), 502, "upstream_invalid"),
                Row(.upstreamTimedOut($0), 504, "upstream_timeout"),
            ]
        }

    @Test(arguments: Self.rows)
    func `a refusal becomes a problem document`(row: Row) throws {
        let answer = Self.answer(row.refusal)
        #expect(answer.status == row.status)
        #expect(answer.closesConnection == row.closes)
        #expect(answer.lines.values("Content-Type") == ["application/problem+json"])
        #expect(answer.lines.values("Cache-Control") == ["no-store"])
        #expect(answer.lines.values("Retry-After").isEmpty == (row.status != 503))
        #expect(answer.lines.values("Allow").isEmpty == (row.status != 405))
        let isChallenge = row.status == 401 || row.status == 403 || row.code == "invalid_request"
        #expect(answer.lines.values("WWW-Authenticate").isEmpty == !isChallenge)
        let document = try StrictJSON.parseObject(answer.content)
        #expect(document.members.map(\.name) == ["type", "title", "status", "detail", "code", "request_id"])
        #expect(document["type"]?.string == "about:blank")
        #expect(document["title"]?.string?.isEmpty == false)
        #expect(document["status"]?.number?.seconds == Int64(row.status))
        #expect(document["detail"]?.string?.isEmpty == false)
        #expect(document["code"]?.string == row.code)
        #expect(document["request_id"]?.string == "00000000000000070000000000000009")
    }

    @Test func `T-44 nothing is said of an error where no token was sent`() {
        #expect(Self.answer(.tokenMissing).lines.values("WWW-Authenticate") == [#"Bearer realm="gatehouse""#])
    }

    @Test func `T-44 whatever was wrong with a token is not told`() {
        let answers = TokenFlaw.allCases.map { Self.answer(.tokenRejected($0)) }
        for answer in answers {
            #expect(answer.lines.bytes == answers[0].lines.bytes)
            #expect(answer.content == answers[0].content)
        }
        let challenge = #"Bearer realm="gatehouse", error="invalid_token""#
        #expect(answers[0].lines.values("WWW-Authenticate") == [challenge])
    }

    @Test func `T-45 two credentials are an invalid request`() {
        let challenge = #"Bearer realm="gatehouse", error="invalid_request""#
        #expect(Self.answer(.credentialsRepeated).lines.values("WWW-Authenticate") == [challenge])
    }

    @Test func `the scopes of a route are named whichever requirement failed, and no other claim is`() throws {
        var world = try World()
        let scopes = Requirement(scope: ["orders:read", "orders:write", "\"quoted"])
        try world.add("/a", nil, .required([Requirement(claim: "roles", values: ["admin"]), scopes]))
        try world.add("/b", nil, .required([Requirement(claim: "roles", values: ["admin"])]))
        let table = RouteTable(world.routes)
        let challenge = #"Bearer realm="gatehouse", error="insufficient_scope""#
        for refusal in [Refusal.scopeMissing(route: 0), .claimMissing(route: 0)] {
            let answer = LocalAnswer(refusing: refusal, id: RequestID(), routes: table)
            #expect(
                answer.lines.values("WWW-Authenticate") == [challenge + #", scope="orders:read orders:write""#]
            )
        }
        for refusal in [Refusal.claimMissing(route: 1), .scopeMissing(route: 99), .claimMissing(route: -1)] {
            let answer = LocalAnswer(refusing: refusal, id: RequestID(), routes: table)
            #expect(answer.lines.values("WWW-Authenticate") == [challenge])
        }
    }

    @Test func `nothing of a token is in any part of an answer`() throws {
        var world = try World()
        try world.add("/a", nil, .authenticated)
        let token = try world.token()
        for value in ["Bearer \(token)x", "Bearer canary-token", "Bearer a.b.c, Bearer canary-token"] {
            let outcome = world.decide(HeadDraft("GET", "/a?canary-query", ["Authorization": value]))
            let answer = try #require(outcome.answer)
            let text = String(decoding: outcome.lines.bytes + answer.content, as: UTF8.self)
            #expect(answer.status == 401 || answer.status == 400)
            #expect(!text.contains("canary"))
            #expect(!text.contains(token.suffix(20)))
        }
    }

    @Test func `reasons are a closed set of words, each its own`() {
        let reasons = Refusal.allReasons
        #expect(Set(reasons).count == reasons.count)
        #expect(reasons.allSatisfy { $0.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) || $0 == 0x38 } })
        for row in Self.rows {
            #expect(reasons.contains(row.refusal.reason), "\(row.refusal)")
        }
        #expect(Refusal.tokenRejected(.expired).reason == "token_expired")
        #expect(Refusal.malformed(.contentLength).reason == "malformed_content_length")
        #expect(Refusal.ambiguousPath(.dotSegment).reason == "path_dot_segment")
        #expect(Refusal.upstreamTimedOut(.connectTimeout).reason == "upstream_connect_timeout")
    }

    private static func answer(_ refusal: Refusal) -> LocalAnswer {
        LocalAnswer(refusing: refusal, id: RequestID(high: 7, low: 9), routes: RouteTable([]))
    }
}
