import Testing

@testable import GatehouseCore

/// The order of CONTRACT "The wire": of all that is wrong with a request, the first failure answers.
struct PipelineOrderTests {
    /// A request with a failure and everything that comes behind it wrong, too.
    struct Row: CustomTestStringConvertible, Sendable {
        let stage: String
        let draft: HeadDraft
        let refusal: Refusal
        let matchesRoute: Bool

        var testDescription: String {
            self.stage
        }
    }

    static let rows: [Row] = {
        let badToken = ["Authorization": "Bearer x"] as KeyValuePairs
        let twoTokens = ["Authorization": "Bearer x", "authorization": "Bearer x"] as KeyValuePairs
        func draft(
            _ method: String,
            _ target: String,
            _ fields: KeyValuePairs<String, String>,
            expects: Bool = false,
            length: Int? = nil
        ) -> HeadDraft {
            var draft = HeadDraft(method, target, fields)
            draft.hasUnknownExpectation = expects
            draft.body = length.map { .counted($0) } ?? .none
            return draft
        }
        return [
            Row(
                stage: "the target is before the expectation, the length, the method and the route",
                draft: draft("TRACE", "/a/../b", twoTokens, expects: true, length: 2000),
                refusal: .ambiguousPath(.dotSegment),
                matchesRoute: false
            ),
            Row(
                stage: "an empty segment is before the expectation, the length, the method and the route",
                draft: draft("TRACE", "/scoped//x", twoTokens, expects: true, length: 2000),
                refusal: .ambiguousPath(.emptySegment),
                matchesRoute: false
            ),
            Row(
                stage: "an empty segment that the path's route does not allow is no better where another route does",
                draft: draft("POST", "/unknown//x", twoTokens, length: 2000),
                refusal: .ambiguousPath(.emptySegment),
                matchesRoute: false
            ),
            Row(
                stage: "an empty segment that the route allows is no flaw",
                draft: draft("POST", "/files//x", twoTokens, length: 2000),
                refusal: .bodyTooLarge,
                matchesRoute: false
            ),
            Row(
                stage: "the expectation is before the length, the method and the route",
                draft: draft("TRACE", "/unknown", twoTokens, expects: true, length: 2000),
                refusal: .expectationUnknown,
                matchesRoute: false
            ),
            Row(
                stage: "the length is before the method and the route",
                draft: draft("TRACE", "/unknown", twoTokens, length: 1001),
                refusal: .bodyTooLarge,
                matchesRoute: false
            ),
            Row(
                stage: "a forbidden method is before the route",
                draft: draft("TRACE", "/unknown", twoTokens, length: 1000),
                refusal: .methodForbidden,
                matchesRoute: false
            ),
            Row(
                stage: "the route is before the credentials",
                draft: draft("DELETE", "/unknown", twoTokens),
                refusal: .routeUnknown,
                matchesRoute: false
            ),
            Row(
                stage: "the method is before the credentials",
                draft: draft("DELETE", "/scoped", twoTokens),
                refusal: .methodNotAllowed(route: 0),
                matchesRoute: true
            ),
            Row(
                stage: "two credentials are before a bad token",
                draft: draft("GET", "/scoped", twoTokens),
                refusal: .credentialsRepeated,
                matchesRoute: true
            ),
            Row(
                stage: "a bad token is before what is required",
                draft: draft("GET", "/scoped", badToken),
                refusal: .tokenRejected(.malformed),
                matchesRoute: true
            ),
            Row(
                stage: "a missing token is before what is required",
                draft: draft("GET", "/scoped", [:]),
                refusal: .tokenMissing,
                matchesRoute: true
            ),
        ]
    }()

    @Test(arguments: Self.rows)
    func `the first failure answers and no later stage runs`(row: Row) throws {
        let outcome = try Self.world().decide(row.draft)
        #expect(outcome.record.refusal == row.refusal)
        #expect(outcome.record.decision == .refuse)
        #expect((outcome.record.route != nil) == row.matchesRoute)
        #expect(outcome.record.token == nil)
        #expect(outcome.record.upstream == nil)
        #expect(outcome.head.added.isEmpty, "hygiene ran")
        Self.expectDecorated(outcome)
    }

    @Test func `what is required is looked at last, and then the request is forwarded`() throws {
        let world = try Self.world()
        let poor = try world.token(scope: "other")
        let refused = world.decide(HeadDraft("GET", "/scoped", ["Authorization": "Bearer \(poor)"]))
        #expect(refused.record.refusal == .scopeMissing(route: 0))
        #expect(refused.record.token?.subject == "alice")
        #expect(refused.record.upstream == nil)
        #expect(refused.head.added.isEmpty)
        Self.expectDecorated(refused)
        let rich = try world.token(scope: "read more")
        let forwarded = world.decide(HeadDraft("GET", "/scoped", ["Authorization": "Bearer \(rich)"]))
        #expect(forwarded.isForwarded)
        #expect(forwarded.record.decision == .forward)
        #expect(forwarded.record.refusal == nil)
        #expect(forwarded.record.upstream == 10)
        #expect(!forwarded.head.added.isEmpty)
        Self.expectDecorated(forwarded)
    }

    @Test func `a claim that is missing is told apart from a scope, and its route is known`() throws {
        var world = try Self.world()
        try world.add("/admin", nil, .required([Requirement(claim: "roles", values: ["admin"])]))
        let token = try world.token(scope: "read")
        let outcome = world.decide(HeadDraft("GET", "/admin", ["Authorization": "Bearer \(token)"]))
        #expect(outcome.record.refusal == .claimMissing(route: 3))
        #expect(outcome.status == 403)
    }

    @Test func `a preflight is answered behind the route and before method, credentials and token`() throws {
        let world = try Self.world()
        var draft = PreflightTests.preflight("GET", "/scoped")
        draft.fields.append((name: "Authorization", value: "Bearer x"))
        draft.fields.append((name: "Authorization", value: "Bearer y"))
        let outcome = world.decide(draft)
        #expect(outcome.status == 204)
        #expect(outcome.record.route == 0)
        #expect(outcome.record.token == nil)
        Self.expectDecorated(outcome)
        draft.body = .counted(2000)
        #expect(world.decide(draft).status == 413)
        draft.body = .none
        draft.target = Array("/unknown".utf8)
        #expect(world.decide(draft).status == 404)
    }

    @Test func `a public route reads no credential`() throws {
        let world = try Self.world()
        let outcome = world.decide(
            HeadDraft("GET", "/open", ["Authorization": "Bearer x", "authorization": "Basic y"])
        )
        #expect(outcome.isForwarded)
        #expect(outcome.record.token == nil)
    }

    @Test func `a matched route decides how its answers are decorated`() throws {
        var world = try World()
        try world.add("/plain", nil, .authenticated, headers: .off)
        #expect(world.decide(HeadDraft("GET", "/plain")).lines.values("X-Frame-Options") == [])
        #expect(world.decide(HeadDraft("GET", "/unknown")).lines.values("X-Frame-Options") == ["DENY"])
    }

    private static func world() throws -> World {
        var world = try World()
        world.crossOrigin = Policies.twoOrigins()
        try world.add("/scoped", [.get], .required([Requirement(scope: ["read"])]))
        try world.add("/open")
        try world.add("/files/**", allowsEmptySegments: true)
        return world
    }

    /// Decoration always: security headers, CORS and request id are on whatever was decided.
    private static func expectDecorated(_ outcome: World.Outcome) {
        #expect(outcome.lines.values("X-Content-Type-Options") == ["nosniff"])
        #expect(outcome.lines.values("X-Request-Id") == ["00000000000000070000000000000009"])
        #expect(outcome.lines.values("Vary").count == 1)
    }
}
