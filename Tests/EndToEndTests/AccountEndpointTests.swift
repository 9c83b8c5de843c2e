import Testing
import TestSupport

/// Which paths and methods the running gate serves itself, and which go to the app.
@Suite(
    .scene {
        try AccountScene.make { $0.routes = ["{ name: all, path: /**, access: public }"] }
    }
)
struct AccountEndpointTests {
    private static let methods: [(path: String, allow: [String])] = [
        ("/api/v1/auth/signup", ["POST"]), ("/api/v1/auth/login", ["POST"]), ("/api/v1/auth/refresh", ["POST"]),
        ("/api/v1/auth/logout", ["POST"]), ("/api/v1/auth/password/change", ["POST"]),
        ("/api/v1/auth/sessions", ["GET", "HEAD"]), ("/api/v1/auth/sessions/x", ["DELETE"]),
        ("/api/v1/users/me", ["GET", "HEAD", "PATCH", "DELETE"]), ("/.well-known/jwks.json", ["GET", "HEAD"]),
        ("/.well-known/oauth-authorization-server", ["GET", "HEAD"]), ("/api/v1/openapi.json", ["GET", "HEAD"]),
    ]

    @Test(arguments: methods.indices)
    func `a wrong method on an endpoint is 405 with Allow, and never reaches a route`(_ index: Int) throws {
        let client = try AccountClient.running()
        let (path, allow) = Self.methods[index]
        let all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]
        for method in all where !allow.contains(method) {
            let answer = try client.send("\(method) \(path)")
            #expect(answer.status == 405, "\(method) \(path)")
            #expect(method == "HEAD" || answer.code == "method_not_allowed", "\(method) \(path)")
            let listed = Set((answer["Allow"] ?? "").split(separator: ",").map { $0.trimmingBlanks })
            #expect(listed == Set(allow) || listed == Set(allow + ["OPTIONS"]), "\(method) \(path): \(listed)")
        }
        let trace = try client.send("TRACE \(path)")
        #expect(trace.code == "method_not_allowed" && trace["Allow"] != nil)
        #expect(try Scene.running().upstream.targets.contains(path) == false)
    }

    @Test(arguments: [
        "POST /api/v1/auth/password/forgot", "POST /api/v1/auth/password/reset", "POST /api/v1/auth/email/verify",
        "GET /api/v1/auth/email/verify", "POST /api/v1/auth/mfa/totp/enroll", "POST /api/v1/auth/mfa/totp/confirm",
        "POST /api/v1/auth/mfa/totp/verify", "POST /api/v1/auth/mfa/totp/disable", "GET /api/v1/organizations/me",
        "GET /api/v1/organizations/me/members", "GET /api/v1/organizations/me/teams",
        "POST /api/v1/organizations/me/teams", "POST /api/v1/organizations/me/invitations", "GET /api/v1/admin/users",
        "GET /api/v1/admin/users/", "GET /api/v1/admin/users/1", "DELETE /api/v1/admin/users/1/sessions/2",
        "PUT /api/v1/admin/users/%61",
    ])
    func `an endpoint that is not built is 404 from the gate, and never reaches a route`(_ request: String) throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        for token in [nil, grant.access] {
            try client.send(request, token: token).expectProblem(404, "not_found")
        }
        let path = String(request.drop { $0 != " " }.dropFirst())
        #expect(try !Scene.running().upstream.targets.contains(path))
    }

    @Test(arguments: [
        "GET /api/v1/other", "GET /api/v1/auth", "POST /api/v1/auth/signup/", "GET /api/v1/auth/signup/x",
        "POST /api/v1/auth/Login", "GET /api/v1/users/you", "GET /api/v1/users/me/x", "GET /.well-known/other",
        "DELETE /api/v1/auth/sessions/a/b", "GET /api/v2/users/me", "GET /api/v1/organizations/x",
        "GET /api/v1/admin/orders", "GET /api/v1/openapi.yaml",
    ])
    func `every other path goes to the routes, under the same prefixes too`(_ request: String) throws {
        let answer = try AccountClient.running().send(request, "{}")
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try EchoUpstream.seen(answer).target == String(request.drop { $0 != " " }.dropFirst()))
    }

    @Test(arguments: [
        "/api/v1/auth%2Flogin", "/api/v1/auth/./login", "/api/v1/auth/%2e%2e/users/me", "//api/v1/users/me",
    ])
    func `a path that two readers could read differently is 400`(_ path: String) throws {
        #expect(try AccountClient.running().send("GET " + path).status == 400)
        #expect(try !Scene.running().upstream.targets.contains(path))
    }

    @Test
    func `an escaped letter and a query are the same endpoint`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        for path in ["/api/v1/users/%6de", "/api/v1/users/me?\(LogHygiene.queryMarker)1"] {
            #expect(try client.send("GET " + path, token: grant.access).json == grant.user, "\(path)")
        }
    }

    @Test(arguments: ["/api/v1/users/me", "/api/v1/auth/sessions", "/.well-known/jwks.json", "/api/v1/openapi.json"])
    func `HEAD is answered like GET without the body`(_ path: String) throws {
        let client = try AccountClient.running()
        let token = try client.newcomer().access
        let get = try client.send("GET " + path, token: token)
        let head = try client.send("HEAD " + path, token: token)
        #expect(get.status == 200 && head.status == 200 && head.body.isEmpty)
        for field in ["Content-Type", "Content-Length", "Cache-Control"] { #expect(head[field] == get[field]) }
    }

    @Test
    func `the description names exactly the endpoints that are served`() throws {
        let answer = try AccountClient.running().send("GET /api/v1/openapi.json")
        let paths = try #require(answer.json?["paths"])
        #expect(answer.json?["openapi"]?.string?.hasPrefix("3.") == true)
        let expected = Self.methods.map { $0.path.replacing("/sessions/x", with: "/sessions/{id}") }
        #expect(paths.names == expected.sorted())
        for (path, allow) in zip(expected, Self.methods.map(\.allow)) {
            let operations = paths[path]?.names.filter { $0 != "parameters" }
            let served = allow.filter { $0 != "HEAD" }.map { $0.lowercased() }.sorted()
            #expect(operations?.filter { $0 != "head" } == served, "\(path)")
        }
    }

    @Test
    func `the key set has public members only, and the metadata name the issuer`() throws {
        let client = try AccountClient.running()
        let keys = try #require(client.send("GET /.well-known/jwks.json").json?["keys"]?.items)
        #expect(!keys.isEmpty)
        for key in keys { #expect(key.names == ["alg", "crv", "kid", "kty", "use", "x", "y"]) }
        let metadata = try #require(client.send("GET /.well-known/oauth-authorization-server").json)
        #expect(metadata["issuer"]?.string == "http://localhost")
        #expect(metadata["jwks_uri"]?.string == "http://localhost/.well-known/jwks.json")
        #expect(metadata["response_types_supported"]?.items != nil)
    }
}
