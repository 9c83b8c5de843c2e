import Testing

@testable import GatehouseCore

/// The CORS headers of answers that are none to preflights.
struct CrossOriginAnswerTests {
    @Test(arguments: [nil, "https://evil.com", "null"])
    func `C-07 a request of no or another origin is served without CORS headers but Vary`(origin: String?) throws {
        var draft = HeadDraft("GET", "/any")
        if let origin { draft.fields.append((name: "Origin", value: origin)) }
        let outcome = try PreflightTests.world().decide(draft)
        #expect(outcome.isForwarded)
        #expect(outcome.lines.texts.allSatisfy { !$0.name.hasPrefix("access-control-") })
        #expect(outcome.lines.values("Vary") == ["Origin"])
    }

    @Test func `C-07 the app's CORS headers go and its Vary stays`() {
        let dropped = Decorations(securityHeaders: .off, crossOrigin: Policies.twoOrigins()).dropped
        for name in FieldName.allCases where name.spelling.description.hasPrefix("Access-Control-Allow") {
            #expect(dropped.contains(name), "\(name)")
        }
        #expect(dropped.contains(.accessControlExposeHeaders))
        #expect(dropped.contains(.accessControlMaxAge))
        #expect(!dropped.contains(.vary))
    }

    @Test func `without a policy the app's CORS headers pass`() {
        let decorations = Decorations(securityHeaders: .strict, crossOrigin: nil)
        #expect(!decorations.dropped.intersects(CrossOriginPolicy.replaced))
    }

    @Test func `C-15 our own errors can be read by an allowed page`() throws {
        let world = try PreflightTests.world()
        let drafts = [
            HeadDraft("GET", "/unknown"), HeadDraft("GET", "/orders"), HeadDraft("DELETE", "/orders"),
            HeadDraft("GET", "/../x"),
            HeadDraft("TRACE", "/any"), HeadDraft("GET", "/orders", ["Authorization": "Bearer x"]),
        ]
        var statuses: [Int] = []
        for var draft in drafts {
            draft.fields.append((name: "Origin", value: PreflightTests.origin))
            let outcome = world.decide(draft)
            statuses.append(outcome.status ?? 0)
            #expect(outcome.lines.values("Access-Control-Allow-Origin") == [PreflightTests.origin])
            #expect(outcome.lines.values("Access-Control-Allow-Credentials") == ["true"])
            #expect(
                outcome.lines.values("Access-Control-Expose-Headers")
                    == ["X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate"]
            )
            #expect(outcome.lines.values("Vary") == ["Origin"])
        }
        #expect(statuses == [404, 401, 405, 400, 405, 401])
    }

    @Test func `every origin is answered with a star, and without credentials`() throws {
        var world = try World()
        world.crossOrigin = Policies.make(.any)
        try world.add("/any")
        let outcome = world.decide(HeadDraft("GET", "/any", ["Origin": "https://anyone.example"]))
        #expect(outcome.lines.values("Access-Control-Allow-Origin") == ["*"])
        #expect(outcome.lines.values("Access-Control-Allow-Credentials") == [])
        #expect(outcome.lines.values("Vary") == ["Origin"])
        let preflight = world.decide(PreflightTests.preflight("GET", "/any"))
        #expect(preflight.lines.values("Access-Control-Allow-Origin") == ["*"])
    }

    @Test func `a name that is exposed already is not repeated`() {
        let policy = CrossOriginPolicy(
            origins: .any,
            methods: ["GET"],
            headers: [],
            expose: ["retry-after", "X-A"],
            credentials: false,
            maxAgeSeconds: 1
        )
        var lines = FieldLines()
        policy.append(for: HeadDraft("GET", "/", ["Origin": "https://a.example"]).head, to: &lines)
        let exposed = "retry-after, X-A, RateLimit, RateLimit-Policy, WWW-Authenticate"
        #expect(lines.values("Access-Control-Expose-Headers") == [exposed])
    }
}
