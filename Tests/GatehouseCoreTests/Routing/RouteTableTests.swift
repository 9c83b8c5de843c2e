import Testing

@testable import GatehouseCore

struct RouteTableTests {
    @Test func `the first route whose path matches decides`() throws {
        var world = try World()
        try world.add("/a/b")
        try world.add("/a/**")
        try world.add("/**")
        #expect(world.decide(HeadDraft("GET", "/a/b")).record.route == 0)
        #expect(world.decide(HeadDraft("GET", "/a/c")).record.route == 1)
        #expect(world.decide(HeadDraft("GET", "/x")).record.route == 2)
    }

    @Test func `P-12 a method that the path's routes do not list is refused and never falls through`() throws {
        var world = try World()
        try world.add("/orders/**", [.get, .post])
        try world.add("/**")
        let outcome = world.decide(HeadDraft("DELETE", "/orders/1"))
        #expect(outcome.status == 405)
        #expect(outcome.record.route == 0)
        #expect(outcome.lines.values("Allow") == ["GET, HEAD, POST"])
        #expect(outcome.record.refusal == .methodNotAllowed(route: 0))
    }

    @Test func `P-12 HEAD follows GET`() throws {
        var world = try World()
        try world.add("/a", [.get])
        try world.add("/b", [.post])
        try world.add("/c", [.head])
        #expect(world.decide(HeadDraft("HEAD", "/a")).isForwarded)
        #expect(world.decide(HeadDraft("HEAD", "/b")).status == 405)
        #expect(world.decide(HeadDraft("GET", "/c")).status == 405)
        #expect(world.decide(HeadDraft("HEAD", "/c")).isForwarded)
    }

    @Test func `P-12 routes of the very same path share its methods wherever they stand`() throws {
        var world = try World()
        try world.add("/a", [.get])
        try world.add("/**")
        try world.add("/%61", [.post], .authenticated)
        #expect(world.decide(HeadDraft("GET", "/a")).record.route == 0)
        #expect(world.decide(HeadDraft("POST", "/a")).status == 401)
        #expect(world.decide(HeadDraft("POST", "/a")).record.route == 2)
        let refused = world.decide(HeadDraft("PUT", "/a"))
        #expect(refused.lines.values("Allow") == ["GET, HEAD, POST"])
        #expect(refused.record.route == 0)
    }

    @Test func `P-05 empty segments are refused before anything is looked up, unless the route allows them`() throws {
        var world = try World()
        try world.add("/admin/**", nil, .authenticated)
        try world.add("/files/**", allowsEmptySegments: true)
        for target in ["//admin", "/admin//x", "/nothing//here", "//"] {
            let outcome = world.decide(HeadDraft("GET", target))
            #expect(outcome.record.refusal == .ambiguousPath(.emptySegment), "\(target)")
            #expect(outcome.status == 400)
            #expect(outcome.answer?.closesConnection == false)
        }
        #expect(world.decide(HeadDraft("GET", "/files//x")).isForwarded)
        #expect(world.decide(HeadDraft("GET", "/nothing")).status == 404)
    }

    @Test func `P-06 another case or a parameter is another path`() throws {
        var world = try World()
        try world.add("/admin/**", nil, .authenticated)
        for target in ["/admin;x=1", "/;/admin", "/admin%3b", "/Admin", "/administrator"] {
            #expect(world.decide(HeadDraft("GET", target)).status == 404, "\(target)")
        }
        for target in ["/admin", "/admin/", "/admin/x", "/%61dmin", "/adm%69n/x", "/admin/;x", "/admin?x"] {
            #expect(world.decide(HeadDraft("GET", target)).status == 401, "\(target)")
        }
    }

    @Test func `a route without methods takes every method but the forbidden three`() throws {
        var world = try World()
        try world.add("/a")
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] {
            #expect(world.decide(HeadDraft(method, "/a")).isForwarded, "\(method)")
        }
        let table = RouteTable(world.routes)
        for index in [0, 1, -1] {
            #expect(table.methods(ofRoute: index) == .all)
        }
    }

    @Test func `methods without a case of their own are compared by their token`() throws {
        var world = try World()
        try world.add("/dav", [.get], others: ["PROPFIND"])
        try world.add("/dav", [], .authenticated, others: ["REPORT"])
        #expect(world.decide(HeadDraft("PROPFIND", "/dav")).isForwarded)
        #expect(world.decide(HeadDraft("REPORT", "/dav")).status == 401)
        #expect(world.decide(HeadDraft("propfind", "/dav")).status == 405)
        #expect(world.decide(HeadDraft("PROPFIN", "/dav")).status == 405)
    }

    @Test func `P-12 Allow names the methods without a case of their own, each once and behind the others`() throws {
        var world = try World()
        try world.add("/dav", [.get], others: ["PROPFIND", "REPORT"])
        try world.add("/x/**", [.post])
        try world.add("/%64av", [.put], .authenticated, others: ["REPORT", "LOCK"])
        try world.add("/only", [], others: ["PROPFIND"])
        let shared = world.decide(HeadDraft("DELETE", "/dav"))
        #expect(shared.record.refusal == .methodNotAllowed(route: 0))
        #expect(shared.lines.values("Allow") == ["GET, HEAD, PUT, PROPFIND, REPORT, LOCK"])
        #expect(world.decide(HeadDraft("PROPFIND", "/x/y")).lines.values("Allow") == ["POST"])
        #expect(world.decide(HeadDraft("GET", "/only")).lines.values("Allow") == ["PROPFIND"])
    }

    @Test func `H-22 forbidden methods are 405 on any path, known or not`() throws {
        var world = try World()
        try world.add("/a")
        for method in ["TRACE", "TRACK", "CONNECT"] {
            for target in ["/a", "/unknown"] {
                let outcome = world.decide(HeadDraft(method, target))
                #expect(outcome.status == 405, "\(method) \(target)")
                #expect(outcome.record.refusal == .methodForbidden)
                #expect(outcome.lines.values("Allow") == ["GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"])
            }
        }
        #expect(world.decide(HeadDraft("CONNECT", "/a")).answer?.closesConnection == true)
    }

    @Test func `an empty table knows no path`() throws {
        #expect(try World().decide(HeadDraft("GET", "/")).status == 404)
    }
}
