import GatehouseCrypto
import Testing

@testable import GatehouseCore

@Suite struct AccountsRouteTests {
    private static func world() throws -> World {
        var world = try World()
        try world.add("/**")
        try world.add("/api/v1/users/me", [.put])
        world.own = AccountsEndpoint.routes(
            from: world.routes.count,
            login: nil,
            others: nil,
            decorations: Decorations(securityHeaders: .strict, crossOrigin: nil)
        )
        return world
    }

    @Test func `every endpoint is served by the accounts service and no other method of its path`() throws {
        let world = try Self.world()
        let token = try world.token()
        for endpoint in AccountsEndpoint.allCases {
            let path = endpoint.path.replacing("*", with: "0197")
            let draft = HeadDraft(endpoint.method.token.description, path, ["Authorization": "Bearer \(token)"])
            let call = world.decide(draft).call
            #expect(call?.endpoint == endpoint)
            #expect(call?.path == path)
            #expect((call?.token == nil) == endpoint.isOpen)
        }
        #expect(world.decide(HeadDraft("PUT", "/api/v1/users/me")).status == 405)
        #expect(world.decide(HeadDraft("GET", "/api/v1/auth/login")).lines.values("Allow") == ["POST"])
        #expect(world.decide(HeadDraft("DELETE", "/api/v1/auth/sessions/0197")).status == 401)
    }

    @Test func `paths of the service that are not built are nobody's`() throws {
        let world = try Self.world()
        for path in AccountsEndpoint.reservedPaths {
            for method in ["GET", "POST"] {
                let outcome = world.decide(HeadDraft(method, path.replacing("**", with: "1/x")))
                #expect(outcome.status == 404, "\(method) \(path)")
            }
        }
        #expect(world.decide(HeadDraft("GET", "/api/v1/auth/other")).isForwarded)
    }

    @Test func `only the service's own tokens are accepted, and those that have ended are not`() throws {
        var world = try Self.world()
        let token = try world.token()
        let draft = HeadDraft("GET", "/api/v1/users/me", ["Authorization": "Bearer \(token)"])
        world.accountsIssuer = 7
        #expect(world.decide(draft).record.refusal == .tokenRejected(.wrongIssuer))
        world.accountsIssuer = 0
        #expect(world.decide(draft).call != nil)
        world.revocations.insert([
            Revocations.Entry(kind: .subject, id: "alice", issuedUpTo: World.now, until: World.now + 1000)
        ])
        #expect(world.decide(draft).record.refusal == .tokenRejected(.revoked))
    }

    @Test func `a body over the service's limit is refused before it is read`() throws {
        var world = try Self.world()
        world.requestBody = 1_000_000
        var draft = HeadDraft("POST", "/api/v1/auth/login")
        draft.body = .counted(AccountsEndpoint.bodyLimit + 1)
        #expect(world.decide(draft).status == 413)
        draft.body = .counted(AccountsEndpoint.bodyLimit)
        #expect(world.decide(draft).call != nil)
    }

    @Test func `the id of a session is the path's last segment`() throws {
        let world = try Self.world()
        let token = try world.token()
        let draft = HeadDraft("DELETE", "/api/v1/auth/sessions/0197-a?x=/y", ["Authorization": "Bearer \(token)"])
        #expect(world.decide(draft).call?.parameter == "0197-a")
    }
}
