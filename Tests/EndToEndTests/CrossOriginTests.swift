import Testing
import TestSupport

/// Cross-origin rules of `cors:`.
@Suite(
    .scene {
        try Scene(
            {
                $0.sections = [
                    """
                    cors:
                      origins: ["https://app.example.com", "https://*.example.com"]
                      methods: [GET, POST]
                      headers: [Authorization, Content-Type]
                      expose: [X-Request-Id]
                      credentials: true
                      max_age: 10m
                    """
                ]
                $0.upstream = ["response_timeout: 1s"]
            },
            script: Application.script
        )
    }
)
struct CrossOriginTests {
    @Test(arguments: [
        "null", "https://app.example.com.evil.com", "https://evilexample.com", "https://example.com.evil",
        "https://example.com",
        "https://app.example.com:8443", "http://app.example.com", "https://APP.example.com", "https://app.example.com/",
        "https://app.example.com:443", "https://user@app.example.com", "https://app%00.example.com",
        "https://a`.example.com",
        "https://a_b.example.com", "https://a{.example.com", "https://a!.example.com", "https://a,b.example.com",
        "https://a b.example.com", "https://app.example.com https://b.example.com", "https://a.b.example.com",
        "https://.example.com", "https://-.example.com",
        "https://" + String(repeating: "a", count: 10_000) + ".example.com", "",
        "https://app.example.com.", "https://\u{E9}.example.com", "HTTPS://app.example.com",
        "https://app.example.com\u{A0}",
    ])
    func `C-01 to C-05: an origin that is not exactly allowed is served without CORS headers`(_ origin: String) throws {
        let answer = try Scene.running().sidecar.ask("GET /open/cors", ["Origin: \(origin)"])
        #expect(answer.status == 200)
        #expect(!answer.fields.contains { $0.name.lowercased().hasPrefix("access-control-") })
        #expect(answer.fields.values("Vary").filter { $0.lowercased().contains("origin") }.count == 1)
    }

    @Test(arguments: ["https://app.example.com", "https://a.example.com", "https://a-1.example.com"])
    func `C-05: an allowed origin is named in the answer`(_ origin: String) throws {
        let answer = try Scene.running().sidecar.ask("GET /open/cors", ["Origin: \(origin)"])
        #expect(answer["Access-Control-Allow-Origin"] == origin)
        #expect(answer["Access-Control-Allow-Credentials"] == "true")
        #expect(answer.fields.list("Access-Control-Expose-Headers", contains: "X-Request-Id"))
    }

    @Test
    func `C-04: two Origin lines are 400 and closed`() throws {
        let line = "Origin: https://app.example.com\r\n"
        try Scene.running().expectRefusal(WireRow("two", "GET /open/MARK HTTP/1.1\r\nHOST\(line)\(line)\r\n"))
    }

    @Test
    func `C-07: the application's own CORS headers are replaced and its Vary stays`() throws {
        let sidecar = try Scene.running().sidecar
        let foreign = try sidecar.ask("GET /open/own-headers", ["Origin: https://evil.test"])
        #expect(!foreign.fields.contains { $0.name.lowercased().hasPrefix("access-control-") })
        #expect(foreign.fields.list("Vary", contains: "Accept") && foreign.fields.list("Vary", contains: "Origin"))
        let ours = try sidecar.ask("GET /open/own-headers", ["Origin: https://app.example.com"])
        #expect(ours.fields.values("Access-Control-Allow-Origin") == ["https://app.example.com"])
        #expect(ours.fields.values("Access-Control-Allow-Credentials") == ["true"])
        let none = try sidecar.ask("GET /open/own-headers")
        #expect(none["Access-Control-Allow-Origin"] == nil && none.fields.list("Vary", contains: "Origin"))
    }

    @Test(arguments: ["/open/preflight", "/closed/preflight"])
    func `C-11: a preflight is answered here with 204, without a token`(_ path: String) throws {
        let scene = try Scene.running()
        let answer = try preflight(
            path,
            ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type,AUTHORIZATION"]
        )
        #expect(answer.status == 204)
        #expect(answer["Access-Control-Allow-Origin"] == "https://app.example.com")
        #expect(answer["Access-Control-Allow-Credentials"] == "true")
        #expect(answer.fields.list("Access-Control-Allow-Methods", contains: "POST"))
        #expect(answer.fields.list("Access-Control-Allow-Headers", contains: "content-type"))
        #expect(answer["Access-Control-Max-Age"] == "600")
        #expect(answer["Access-Control-Allow-Private-Network"] == nil)
        for name in ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"] {
            #expect(answer.fields.list("Vary", contains: name))
        }
        #expect(!scene.upstream.targets.contains(path))
    }

    @Test(arguments: [
        ["Access-Control-Request-Method: DELETE"], ["Access-Control-Request-Method: post"],
        ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: x-other"],
        ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type, x-other"],
        [
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: " + (0..<100).map { "x-\($0)" }.joined(separator: ","),
        ],
    ])
    func `C-10: a preflight for what is not allowed is 204 without an allowed origin`(_ fields: [String]) throws {
        let answer = try preflight("/open/refused", fields)
        #expect(answer.status == 204)
        #expect(answer["Access-Control-Allow-Origin"] == nil)
    }

    @Test(arguments: [
        ["Access-Control-Request-Method: "],
        ["Access-Control-Request-Method: GET", "Access-Control-Request-Method: GET"],
    ])
    func `C-10: a preflight whose method is empty or repeated allows nothing and is not forwarded as one`(
        _ fields: [String]
    ) throws {
        let answer = try preflight("/open/odd", fields)
        #expect([200, 204, 400].contains(answer.status))
        #expect(answer.status != 204 || answer["Access-Control-Allow-Origin"] == nil)
    }

    @Test
    func `C-10: a private-network preflight gets no permission`() throws {
        let answer = try preflight(
            "/open/pna",
            ["Access-Control-Request-Method: GET", "Access-Control-Request-Private-Network: true"]
        )
        #expect(answer.status == 204 && answer["Access-Control-Allow-Private-Network"] == nil)
    }

    @Test
    func `C-11: a preflight to an unknown path is 404 with CORS headers, and its body is drained`() throws {
        let scene = try Scene.running()
        let unknown = try preflight("/nowhere", ["Access-Control-Request-Method: GET"])
        #expect(unknown.status == 404 && unknown["Access-Control-Allow-Origin"] == "https://app.example.com")
        let client = try scene.sidecar.client()
        try client.send(
            "OPTIONS /open/body HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example.com\r\nAccess-Control-Request-Method: GET\r\nContent-Length: 5\r\n\r\nhello"
                + "GET /open/next HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        let answer = try client.answer()
        #expect(answer.status == 204)
        if !answer.closes { #expect(try EchoUpstream.seen(client.answer()).target == "/open/next") }
    }

    @Test
    func `C-11: OPTIONS without a request method is an ordinary request`() throws {
        let answer = try Scene.running().sidecar.ask("OPTIONS /open/plain", ["Origin: https://app.example.com"])
        #expect(try EchoUpstream.seen(answer).method == "OPTIONS")
        #expect(answer["Access-Control-Allow-Origin"] == "https://app.example.com")
    }

    @Test(arguments: [("GET /closed/x", 401), ("GET /nowhere", 404), ("TRACE /open/x", 405), ("GET /open/%zz", 400)])
    func `C-15: our own errors carry the CORS headers`(_ request: String, _ status: Int) throws {
        let answer = try Scene.running().sidecar.ask(request, ["Origin: https://app.example.com"])
        #expect(answer.status == status)
        if status != 400 { #expect(answer["Access-Control-Allow-Origin"] == "https://app.example.com") }
        if status == 401 { #expect(answer.fields.list("Access-Control-Expose-Headers", contains: "WWW-Authenticate")) }
    }

    private func preflight(_ path: String, _ fields: [String]) throws -> Answer {
        try Scene.running().sidecar.ask("OPTIONS \(path)", ["Origin: https://app.example.com"] + fields)
    }
}

/// Without `cors:` the gate has no say.
@Suite(.scene { try Scene(script: Application.script) })
struct NoCrossOriginTests {
    @Test
    func `without cors OPTIONS is an ordinary request and the application's CORS headers pass`() throws {
        let sidecar = try Scene.running().sidecar
        let fields = ["Origin: https://x.test", "Access-Control-Request-Method: GET"]
        #expect(try EchoUpstream.seen(sidecar.ask("OPTIONS /open/plain", fields)).method == "OPTIONS")
        #expect(try sidecar.ask("OPTIONS /closed/plain", fields).status == 401)
        #expect(try sidecar.ask("GET /open/own-headers", fields)["Access-Control-Allow-Origin"] == "*")
    }

    @Test(arguments: [
        "origins: [\"*\"]\n  credentials: true", "origins: [\"null\"]", "origins: [\"https://*.com\"]",
        "origins: [\"https://*\"]",
        "origins: [\"https://a.*.example.com\"]", "origins: [\"https://app.example.com/\"]", "origins: []",
    ])
    func `C-01, C-06: an origin list that lets too much in is exit 78`(_ origins: String) throws {
        var configuration = ProxyConfiguration(target: "http://127.0.0.1:9")
        configuration.routes = ["{ name: open, path: /**, access: public }"]
        configuration.sections = ["cors:\n  " + origins]
        let scratch = try Scratch()
        let file = try scratch.write("proxy.conf", configuration.text(ports: [20_001, 20_002], accessLog: "stdout"))
        let check = try GatehouseBinary.run(["check", "--config", file])
        #expect(check.status == 78)
        #expect((check.errors + check.output).contains("proxy.conf:"))
    }
}
