import Testing

@testable import GatehouseCore

/// What the app gets (CONTRACT "To the app").
struct HygieneTests {
    @Test func `ours are set once, behind the client's, whatever the client sent`() throws {
        var world = try World()
        try world.add("/any")
        let draft = HeadDraft(
            "GET",
            "/any",
            [
                "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil",
                "X-Request-Id": "mine",
                "Forwarded": "for=6.6.6.6", "X-Real-IP": "6.6.6.6", "Accept": "*/*",
            ]
        )
        let head = world.decide(draft).head
        #expect(head.forwarded("X-Forwarded-For") == ["192.0.2.1"])
        #expect(head.forwarded("X-Forwarded-Proto") == ["https"])
        #expect(head.forwarded("X-Forwarded-Host") == ["api.example.com"])
        #expect(head.forwarded("X-Request-Id") == ["00000000000000070000000000000009"])
        #expect(head.forwarded("traceparent").count == 1)
        #expect(head.forwarded("Forwarded") == [])
        #expect(head.forwarded("X-Real-IP") == [])
        #expect(head.forwarded("Host") == ["api.example.com"])
        #expect(head.forwarded("Accept") == ["*/*"])
    }

    @Test func `N-01 a field that Connection named is gone and ours arrives`() throws {
        var world = try World()
        try world.add("/any")
        // The codec has taken out what `Connection` names; hygiene then adds ours beside it.
        let draft = HeadDraft("GET", "/any", ["X-Forwarded-For": "6.6.6.6"])
        let head = draft.head
        for index in head.fields.indices where head.fields[index].name == .xForwardedFor {
            head.fields[index].traits.insert(.dropped)
        }
        guard let permit = Permit.open(world.routes[0]) else {
            Issue.record("the route is not open")
            return
        }
        var record = AccessRecord()
        record.clientAddress = Array("192.0.2.1".utf8)
        let context = RequestContext(head: head, peer: world.peer, tokens: VerifiedTokenCache(), wallSeconds: 0)
        _ = Hygiene(claimHeaders: [], forwardsToken: false).prepare(context, for: 0, under: permit, record: record)
        #expect(head.forwarded("X-Forwarded-For") == ["192.0.2.1"])
    }

    @Test func `the credential stays here unless it is to be forwarded`() throws {
        var world = try World()
        try world.add("/any", nil, .authenticated)
        let token = try world.token()
        let draft = HeadDraft("GET", "/any", ["Authorization": "Bearer \(token)"])
        let kept = world.decide(draft)
        #expect(kept.isForwarded)
        #expect(kept.head.forwarded("Authorization") == [])
        world.forwardsToken = true
        #expect(world.decide(draft).head.forwarded("Authorization") == ["Bearer \(token)"])
    }

    @Test func `on a public route only a bearer credential is kept from the app`() throws {
        var world = try World()
        try world.add("/any")
        for value in ["Bearer junk", "bearer junk", "BEARER", "Bearer\tx"] {
            let outcome = world.decide(HeadDraft("GET", "/any", ["Authorization": value]))
            #expect(outcome.isForwarded)
            #expect(outcome.head.forwarded("Authorization") == [], "\(value)")
        }
        for value in ["Basic YTpi", "Bear x", "Bearers x", ""] {
            let outcome = world.decide(HeadDraft("GET", "/any", ["Authorization": value]))
            #expect(outcome.head.forwarded("Authorization") == [value], "\(value)")
        }
        world.forwardsToken = true
        let outcome = world.decide(HeadDraft("GET", "/any", ["Authorization": "Bearer junk"]))
        #expect(outcome.head.forwarded("Authorization") == ["Bearer junk"])
    }

    @Test func `claims are set on a protected route and never on a public one`() throws {
        var world = try World()
        try world.add("/open")
        try world.add("/closed", nil, .authenticated)
        let token = try world.token()
        for (path, expected) in [("/open", []), ("/closed", ["alice"])] as [(String, [String])] {
            let draft = HeadDraft("GET", path, ["Authorization": "Bearer \(token)", "X-User-Id": "mallory"])
            let outcome = world.decide(draft)
            guard let outbound = outcome.outbound else {
                Issue.record("\(path) was not forwarded")
                continue
            }
            #expect((outbound.identity?.values("X-User-Id") ?? []) == expected)
            #expect(outbound.head.forwarded("X-User-Id") == [])
        }
    }

    @Test func `plain requests are told apart, and a host that is missing stays missing`() throws {
        var world = try World()
        try world.add("/any")
        var draft = HeadDraft("GET", "/any")
        draft.isSecure = false
        draft.authority = ""
        let head = world.decide(draft).head
        #expect(head.forwarded("X-Forwarded-Proto") == ["http"])
        #expect(head.forwarded("X-Forwarded-Host") == [])
    }

    @Test func `a Unix socket's peer has no address to forward`() throws {
        var world = try World()
        world.peer = Peer(address: [], isTrusted: false)
        try world.add("/any")
        #expect(world.decide(HeadDraft("GET", "/any")).head.forwarded("X-Forwarded-For") == [])
    }

    @Test(arguments: [
        ("https", false, "https"), ("http", true, "http"), ("https, http", false, "http"), ("HTTPS", false, "http"),
        ("gopher", true, "https"), ("", true, "https"),
    ])
    func `a trusted proxy's word about TLS is taken`(value: String, isSecure: Bool, expected: String) throws {
        var world = try World()
        try world.add("/any")
        var draft = HeadDraft("GET", "/any", ["X-Forwarded-Proto": value])
        draft.isSecure = isSecure
        #expect(world.decide(draft).head.forwarded("X-Forwarded-Proto") == [isSecure ? "https" : "http"])
        world.peer = Peer(address: Array("10.0.0.1".utf8), isTrusted: true)
        #expect(world.decide(draft).head.forwarded("X-Forwarded-Proto") == [expected])
    }
}
