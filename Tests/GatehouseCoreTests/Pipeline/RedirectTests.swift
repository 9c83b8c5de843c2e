import Testing

@testable import GatehouseCore

/// A listener with `redirect_to`.
struct RedirectTests {
    @Test(arguments: ["/", "/a/b?c=d&e", "/%61?x=%2F", "/unknown"])
    func `A-22 every target is sent to the same target at the configured origin`(target: String) throws {
        let outcome = try Self.world().decide(HeadDraft("POST", target, ["Host": "evil.example"]))
        #expect(outcome.status == 308)
        #expect(outcome.lines.values("Location") == ["https://api.example.com" + target])
        #expect(outcome.record.decision == .answer)
        #expect(outcome.record.route == nil)
        #expect(outcome.answer?.content == [])
    }

    @Test(arguments: [
        ("//evil", Refusal.ambiguousPath(.emptySegment)), ("/a//b", .ambiguousPath(.emptySegment)),
        ("/..", .ambiguousPath(.dotSegment)), ("/\\evil", .ambiguousPath(.backslash)), ("@evil", .malformed(.target)),
        ("/%0d%0aSet-Cookie:x", .ambiguousPath(.controlByte)),
    ])
    func `A-22 bad targets are refused, not repaired`(target: String, refusal: Refusal) throws {
        let outcome = try Self.world().decide(HeadDraft("GET", target))
        #expect(outcome.record.refusal == refusal)
        #expect(outcome.lines.values("Location") == [])
    }

    @Test(arguments: ["TRACE", "TRACK", "CONNECT"])
    func `H-22 forbidden methods are not sent on`(method: String) throws {
        #expect(try Self.world().decide(HeadDraft(method, "/")).status == 405)
    }

    private static func world() throws -> World {
        var world = try World()
        world.redirect = Redirect(origin: Array("https://api.example.com".utf8))
        return world
    }
}
