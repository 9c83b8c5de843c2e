import Testing

@testable import GatehouseCore

struct PreflightTests {
    static let origin = "https://app.example.com"
    static let preflightVary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"

    @Test func `a preflight is answered with what the page may do`() throws {
        let outcome = try Self.world().decide(Self.preflight("POST", headers: "content-type,authorization"))
        #expect(outcome.status == 204)
        #expect(outcome.record.decision == .answer)
        #expect(outcome.record.refusal == nil)
        #expect(outcome.answer?.content == [])
        #expect(outcome.lines.values("Access-Control-Allow-Origin") == [Self.origin])
        #expect(outcome.lines.values("Access-Control-Allow-Credentials") == ["true"])
        #expect(outcome.lines.values("Access-Control-Allow-Methods") == ["GET, POST"])
        #expect(outcome.lines.values("Access-Control-Allow-Headers") == ["Authorization, Content-Type"])
        #expect(outcome.lines.values("Access-Control-Max-Age") == ["600"])
        #expect(outcome.lines.values("Vary") == [Self.preflightVary])
        #expect(outcome.lines.values("X-Content-Type-Options") == ["nosniff"])
        #expect(outcome.lines.values("X-Request-Id").count == 1)
    }

    @Test(arguments: [
        ("PUT", nil), ("DELETE", nil), ("get", nil), ("", nil), ("GET, POST", nil), ("PROPFIND", nil), ("OPTIONS", nil),
        ("TRACE", nil), ("POST", "x-secret"), ("POST", "authorization, x-secret"),
        ("POST", "authorization content-type"),
        ("POST", "authorization;"), ("POST", "*"),
    ])
    func `C-10 what is not listed is refused without a permission and without an error`(
        method: String,
        headers: String?
    ) throws {
        let outcome = try Self.world().decide(Self.preflight(method, headers: headers))
        #expect(outcome.status == 204)
        #expect(outcome.lines.texts.allSatisfy { !$0.name.hasPrefix("access-control-") })
        #expect(outcome.lines.values("Vary") == [Self.preflightVary])
    }

    @Test func `C-10 the method asked for twice is refused`() throws {
        var draft = Self.preflight("POST")
        draft.fields.append((name: "Access-Control-Request-Method", value: "POST"))
        let outcome = try Self.world().decide(draft)
        #expect(outcome.status == 204)
        #expect(outcome.lines.values("Access-Control-Allow-Origin") == [])
    }

    @Test func `C-10 a hundred names are each looked at, on one line or on several`() throws {
        let names = Array(repeating: "Authorization", count: 99)
        let world = try Self.world()
        let good = world.decide(Self.preflight("POST", headers: (names + ["CONTENT-TYPE"]).joined(separator: " ,\t")))
        #expect(good.lines.values("Access-Control-Allow-Origin") == [Self.origin])
        let bad = world.decide(Self.preflight("POST", headers: (names + ["x-secret"]).joined(separator: ",")))
        #expect(bad.lines.values("Access-Control-Allow-Origin") == [])
        var split = Self.preflight("POST", headers: "authorization")
        split.fields.append((name: "Access-Control-Request-Headers", value: "x-secret"))
        #expect(world.decide(split).lines.values("Access-Control-Allow-Origin") == [])
    }

    @Test func `C-10 names are compared without case and empty elements are none`() throws {
        let outcome = try Self.world().decide(Self.preflight("POST", headers: ", AUTHORIZATION ,, content-TYPE,"))
        #expect(outcome.lines.values("Access-Control-Allow-Origin") == [Self.origin])
    }

    @Test func `C-10 private networks are never opened`() throws {
        var draft = Self.preflight("POST")
        draft.fields.append((name: "Access-Control-Request-Private-Network", value: "true"))
        let outcome = try Self.world().decide(draft)
        #expect(outcome.lines.values("Access-Control-Allow-Private-Network") == [])
    }

    @Test func `C-10 an origin that is not listed gets no permission`() throws {
        var draft = Self.preflight("POST")
        draft.fields[0].value = "https://evil.com"
        let outcome = try Self.world().decide(draft)
        #expect(outcome.status == 204)
        #expect(outcome.lines.texts.allSatisfy { !$0.name.hasPrefix("access-control-") })
    }

    @Test func `C-11 a protected route's preflight needs no token and no OPTIONS among the methods`() throws {
        let outcome = try Self.world().decide(Self.preflight("GET"))
        #expect(outcome.status == 204)
        #expect(outcome.lines.values("Access-Control-Allow-Origin") == [Self.origin])
    }

    @Test func `C-11 a preflight to an unknown path is 404, readable by the page`() throws {
        let outcome = try Self.world().decide(Self.preflight("GET", "/unknown"))
        #expect(outcome.status == 404)
        #expect(outcome.lines.values("Access-Control-Allow-Origin") == [Self.origin])
        #expect(outcome.lines.values("Vary") == ["Origin"])
    }

    @Test func `C-11 OPTIONS without the method asked for is an ordinary request`() throws {
        let world = try Self.world()
        let outcome = world.decide(HeadDraft("OPTIONS", "/orders", ["Origin": Self.origin]))
        #expect(outcome.status == 405)
        #expect(world.decide(HeadDraft("OPTIONS", "/any", ["Origin": Self.origin])).isForwarded)
        #expect(
            world.decide(HeadDraft("OPTIONS", "/any", ["Access-Control-Request-Method": "GET"])).isForwarded
        )
        let get = HeadDraft("GET", "/any", ["Origin": Self.origin, "Access-Control-Request-Method": "GET"])
        #expect(world.decide(get).isForwarded)
    }

    @Test func `without a policy OPTIONS is an ordinary request and the app answers preflights`() throws {
        var world = try World()
        try world.add("/any", [.get, .options])
        let outcome = world.decide(Self.preflight("GET", "/any"))
        #expect(outcome.isForwarded)
        #expect(outcome.lines.values("Vary") == [])
    }

    @Test func `a preflight asks for the methods of all routes of its path`() throws {
        var world = try World()
        world.crossOrigin = Policies.twoOrigins()
        try world.add("/a", [.get])
        try world.add("/a", [.put], .authenticated)
        let outcome = world.decide(Self.preflight("PUT", "/a"))
        #expect(outcome.lines.values("Access-Control-Allow-Methods") == ["GET, PUT"])
        let table = RouteTable(world.routes)
        let head = Self.preflight("PUT", "/a").head
        let key = try PathKey(checking: head)
        #expect(try table.match(key, head, asPreflight: true).index == 1)
        #expect(try table.match(key, head).index == 0)
    }

    @Test func `C-10 a method without a case of its own is permitted only where the route takes it, too`() throws {
        var world = try World()
        world.crossOrigin = CrossOriginPolicy(
            origins: .listed([.exact(Array(Self.origin.utf8))]),
            methods: ["GET", "PROPFIND"],
            headers: [],
            expose: [],
            credentials: false,
            maxAgeSeconds: 600
        )
        try world.add("/listed", [.get], others: ["PROPFIND", "REPORT"])
        try world.add("/unlisted", [.get])
        try world.add("/any")
        for path in ["/listed", "/any"] {
            let outcome = world.decide(Self.preflight("PROPFIND", path))
            #expect(outcome.lines.values("Access-Control-Allow-Methods") == ["GET, PROPFIND"], "\(path)")
        }
        let unlisted = world.decide(Self.preflight("PROPFIND", "/unlisted"))
        #expect(unlisted.lines.values("Access-Control-Allow-Origin") == [])
        let get = world.decide(Self.preflight("GET", "/unlisted"))
        #expect(get.lines.values("Access-Control-Allow-Methods") == ["GET"])
        #expect(world.decide(Self.preflight("REPORT", "/listed")).lines.values("Access-Control-Allow-Origin") == [])
    }

    @Test func `HEAD is allowed where GET is`() throws {
        let outcome = try Self.world().decide(Self.preflight("HEAD"))
        #expect(outcome.lines.values("Access-Control-Allow-Origin") == [Self.origin])
    }

    static func world() throws -> World {
        var world = try World()
        world.crossOrigin = Policies.twoOrigins()
        try world.add("/orders", [.get, .post], .authenticated)
        try world.add("/any")
        return world
    }

    static func preflight(_ method: String, _ path: String = "/orders", headers: String? = nil) -> HeadDraft {
        var draft = HeadDraft("OPTIONS", path, ["Origin": self.origin, "Access-Control-Request-Method": method])
        if let headers { draft.fields.append((name: "Access-Control-Request-Headers", value: headers)) }
        return draft
    }
}
