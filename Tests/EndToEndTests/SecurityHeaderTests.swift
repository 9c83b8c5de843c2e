import Testing
import TestSupport

/// Security headers, problem documents, and what no answer may tell.
@Suite(.scene { try Scene({ $0.upstream = ["response_timeout: 1s"] }, script: Application.script) })
struct SecurityHeaderTests {
    private static let strict = [
        "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    ]

    @Test(arguments: [
        ("GET /open/x", 200), ("GET /open/own-headers", 200), ("GET /open/no-content", 204),
        ("GET /open/not-modified", 304),
        ("GET /closed/x", 401), ("GET /nowhere", 404), ("TRACE /open/x", 405), ("GET /open/../x", 400),
        ("GET /open/server-error", 500),
        ("HEAD /open/x", 200), ("get /open/x", 400), ("GET /open/early-hints", 200),
    ])
    func `the strict headers are on every answer, once, and ours win over the application's`(
        _ request: String,
        _ status: Int
    ) throws {
        let answer = try Scene.running().sidecar.ask(request)
        #expect(answer.status == status)
        for (name, value) in Self.strict { #expect(answer.fields.values(name) == [value], "\(name)") }
        let policy = answer["Permissions-Policy"] ?? ""
        for feature in ["camera=()", "microphone=()", "geolocation=()", "payment=()"] {
            #expect(policy.contains(feature))
        }
        #expect(answer["Strict-Transport-Security"] == nil, "HSTS over plain HTTP")
        #expect(answer["Server"] == nil && answer["X-Powered-By"] == nil)
        #expect(answer["X-Request-Id"] != nil)
    }

    @Test
    func `the application's other headers pass, each cookie on a line of its own`() throws {
        let answer = try Scene.running().sidecar.ask("GET /open/own-headers")
        #expect(answer.fields.values("Set-Cookie") == ["a=1", "b=2"])
        #expect(answer["X-Request-Id"] != "from-app")
    }

    @Test(arguments: [
        ("GET /closed/x", 401, "missing_token"), ("GET /nowhere", 404, "not_found"),
        ("TRACE /open/x", 405, "method_not_allowed"),
        ("GET /open/../x", 400, "bad_request"),
    ])
    func `a problem document has its members and no more`(_ request: String, _ status: Int, _ code: String) throws {
        let answer = try Scene.running().sidecar.ask(request)
        let document = try #require(answer.json)
        #expect(answer["Content-Type"] == "application/problem+json")
        #expect(document["status"]?.integer == status && document["code"]?.string == code)
        #expect(document["type"]?.string == "about:blank")
        #expect(document["title"]?.string?.isEmpty == false && document["detail"]?.string?.isEmpty == false)
        #expect(document["request_id"]?.string == answer["X-Request-Id"])
        #expect(document.names == ["code", "detail", "request_id", "status", "title", "type"])
    }

    @Test
    func `the app's headers stand where the preset is off, and a route overrides key by key`() throws {
        let scene = try Scene(
            {
                $0.routes = [
                    "{ name: own, path: /own/**, access: public, security_headers: { x_frame_options: SAMEORIGIN, referrer_policy: null } }",
                    "{ name: open, path: /open/**, access: public }",
                ]
                $0.sections = ["security_headers:\n  preset: api"]
            },
            script: Application.script
        )
        try scene.play { scene in
            let open = try scene.sidecar.ask("GET /open/own-headers")
            #expect(open["X-Content-Type-Options"] == "nosniff" && open["X-Frame-Options"] == "ALLOWALL")
            #expect(open["Content-Security-Policy"] == nil)
            let own = try scene.sidecar.ask("GET /own/own-headers")
            #expect(own.fields.values("X-Frame-Options") == ["SAMEORIGIN"] && own["Referrer-Policy"] == nil)
        }
    }
}
