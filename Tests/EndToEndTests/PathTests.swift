import TestSupport
import Testing

/// The routes of this suite.
private let pathRoutes = [
    "{ name: admin, path: /admin/**, access: { require: { roles: [admin] } } }",
    "{ name: reports, path: /reports, methods: [GET, POST], access: authenticated }",
    "{ name: merged, path: /merged/**, access: public, allow_empty_segments: true }",
    "{ name: one, path: /users/*/profile, access: authenticated }",
    "{ name: rest, path: /**, access: public }",
]

/// Paths that would be one thing for the gate and another for the application.
@Suite(.scene { try Scene { $0.routes = pathRoutes } })
struct PathTests {
    @Test(arguments: [
        "/a/../admin", "/a/..", "/./x", "/..", "/.", "/%2e%2e/x", "/.%2e/", "/%2E/x", "/a/%2e%2e/admin",
        "/a/.%2E/admin",
        "/%2E%2e", "/x/.", "/x/./", "/a/..?hush=1", "/../admin",
    ])
    func `P-01: a dot segment, plain or encoded, is 400`(_ path: String) throws { try expectRefused(path) }

    @Test(arguments: [
        "/a%2fb", "/a%2Fb", "/a%5cb", "/a%5Cb", "/a\\b", "/%2fadmin", "/..%2fadmin", "/%2e%2e%2fadmin", "/..%5cadmin",
    ])
    func `P-02: an encoded slash or a backslash is 400`(_ path: String) throws { try expectRefused(path) }

    @Test(arguments: ["/%252e%252e%252fadmin", "/x/%25%32%65"])
    func `P-03: a double encoding is decoded once and forwarded unchanged`(_ path: String) throws {
        #expect(try Scene.running().seen("GET \(path)").target == path)
    }

    @Test(arguments: [
        "/%", "/a%2", "/%zz", "/%u002e", "/%00", "/a%00b", "/%0a", "/%0d", "/%0d%0aX:y", "/%7f", "/%1F", "/%2", "/a%g0",
        "/%%41",
    ])
    func `P-04: a malformed escape and an encoded control byte are 400`(_ path: String) throws {
        try expectRefused(path)
    }

    @Test(arguments: ["//admin", "/a//b", "//", "/admin//", "/x//admin"])
    func `P-05: an empty segment is 400`(_ path: String) throws { try expectRefused(path) }

    @Test
    func `P-05: an empty segment passes where the route allows it`() throws {
        #expect(try Scene.running().seen("GET /merged//a").target == "/merged//a")
    }

    @Test(arguments: ["/admin;x=1", "/;/admin", "/admin%3b", "/Admin", "/ADMIN/x", "/administrator", "/admin."])
    func `P-06: a semicolon is ordinary and case counts`(_ path: String) throws {
        #expect(try Scene.running().seen("GET \(path)").target == path)
    }

    @Test(arguments: ["/%61dmin", "/adm%69n", "/%61%64%6d%69%6e/x", "/admin/%41"])
    func `P-08: encoded unreserved characters match like plain ones, and the bytes pass unchanged`(
        _ path: String
    ) throws {
        let scene = try Scene.running()
        #expect(try scene.sidecar.ask("GET \(path)").status == 401)
        let token = try scene.signer.token(["roles": "[\"admin\"]"])
        #expect(try scene.seen("GET \(path)", ["Authorization: Bearer \(token)"]).target == path)
    }

    @Test(arguments: [
        "/%c0%ae", "/%c0%af", "/%ff", "/%c3", "/%e0%80%af", "/%ed%a0%80", "/%f8%88%80%80%80", "/%c0%ae%c0%ae/admin",
    ])
    func `P-09: overlong and invalid UTF-8 is 400`(_ path: String) throws { try expectRefused(path) }

    @Test
    func `P-09: a full-width slash is an ordinary character`() throws {
        #expect(try Scene.running().seen("GET /x%ef%bc%8fadmin").target == "/x%ef%bc%8fadmin")
    }

    @Test(arguments: [
        "/a#b", "/\u{E9}", "/a\"b", "/a<b", "/a>b", "/a^b", "/a{b", "/a}b", "/a|b", "/a`b", "/#", "/a?x=\u{E9}", "/a?<",
    ])
    func `P-10: a character that no target may hold is 400 and closed`(_ path: String) throws {
        try Scene.running().expectRefusal(WireRow(path, "GET /MARK\(path) HTTP/1.1\r\nHOST\r\n"))
    }

    @Test(arguments: ["/admin", "/admin/", "/admin/x", "/admin/x/y", "/admin?hush=1"])
    func `P-11: a protected prefix protects its root`(_ path: String) throws {
        let scene = try Scene.running()
        #expect(try scene.sidecar.ask("GET \(path)").status == 401)
        #expect(try scene.sidecar.ask("GET \(path)", [scene.authorization()]).status == 403)
    }

    @Test(arguments: ["DELETE", "PUT", "PATCH", "OPTIONS", "PURGE"])
    func `P-12: a method that the route does not list is 405 with Allow and never falls through`(
        _ method: String
    ) throws {
        let scene = try Scene.running()
        let before = scene.upstream.targets.filter { $0 == "/reports" }.count
        let answer = try scene.sidecar.ask("\(method) /reports")
        #expect(answer.status == 405 && answer.code == "method_not_allowed")
        #expect(Set((answer["Allow"] ?? "").split(separator: ",").map(\.trimmingBlanks)) == ["GET", "HEAD", "POST"])
        #expect(scene.upstream.targets.filter { $0 == "/reports" }.count == before)
    }

    @Test
    func `P-12: HEAD follows GET`() throws {
        let scene = try Scene.running()
        #expect(try scene.sidecar.ask("HEAD /reports").status == 401)
        let client = try scene.sidecar.client()
        try client.send("HEAD /reports HTTP/1.1\r\nHost: localhost\r\n\(scene.authorization())\r\n\r\n")
        #expect(try client.answer(to: "HEAD").status == 200)
    }

    @Test
    func `a star is one whole segment`() throws {
        let sidecar = try Scene.running().sidecar
        #expect(try sidecar.ask("GET /users/7/profile").status == 401)
        #expect(try sidecar.ask("GET /users/7/8/profile").status == 200)
        #expect(try sidecar.ask("GET /users/profile").status == 200)
    }

    @Test(arguments: ["OPTIONS *", "GET *", "get /x"])
    func `an asterisk target and a lower-case method are 400`(_ request: String) throws {
        #expect(try Scene.running().sidecar.ask(request).status == 400)
    }

    private func expectRefused(_ path: String) throws {
        let row = WireRow(path, "GET \(path) HTTP/1.1\r\nHOSTX-Mark: MARK\r\n\r\n", closes: false)
        try Scene.running().expectRefusal(row)
    }
}
