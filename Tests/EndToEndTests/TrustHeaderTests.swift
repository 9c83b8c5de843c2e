import Testing
import TestSupport

/// Fields that carry trust: what a client claims about itself never reaches the application.
@Suite(
    .scene {
        try Scene(
            { $0.tokens = ["forward_claims: { X-User-Id: sub, X-User-Roles: roles, X-User-Email: email }"] },
            script: Application.script
        )
    }
)
struct TrustHeaderTests {
    @Test
    func `N-01: fields that Connection names go first and ours are set afterwards`() throws {
        let scene = try Scene.running()
        let seen = try scene.seen(
            "GET /closed/n01",
            [
                scene.authorization(), "Connection: X-User-Id, X-Forwarded-For, X-Request-Id, X-Hop", "X-Hop: 1",
                "X-User-Id: evil",
            ]
        )
        #expect(seen.values("x-user-id") == ["user-1"])
        #expect(seen.values("x-forwarded-for") == ["127.0.0.1"])
        #expect(seen.values("x-request-id").count == 1)
        #expect(!seen.names.contains("x-hop"))
    }

    @Test(arguments: [
        "Host", "Content-Length", "Authorization", "Cookie", "Transfer-Encoding", "host", "close, Authorization",
    ])
    func `N-01: Connection that names a field of framing or credentials is 400 and closed`(_ name: String) throws {
        let text = "POST /open/MARK HTTP/1.1\r\nHOSTConnection: \(name)\r\nContent-Length: 0\r\n\r\n"
        try Scene.running().expectRefusal(WireRow(name, text))
    }

    @Test
    func `N-01: what the application names in Connection goes, and our security headers stay`() throws {
        let answer = try Scene.running().sidecar.ask("GET /open/own-headers")
        #expect(answer["X-Hop"] == nil && answer["Keep-Alive"] == nil)
        #expect(answer.fields.values("Content-Security-Policy") == ["default-src 'none'; frame-ancestors 'none'"])
    }

    @Test(arguments: ["X-User-Id", "x-user-id", "X-USER-ID", "X_User_Id", "X-User_Id", "X.User.Id", "x_user-id"])
    func `N-03: a claim header from the client is stripped in every spelling, on public routes too`(
        _ name: String
    ) throws {
        let scene = try Scene.running()
        let open = try scene.seen("GET /open/n03", ["\(name): admin", "\(name): again"])
        #expect(!open.headers.contains { $0.contains("admin") || $0.contains("again") })
        let closed = try scene.seen("GET /closed/n03", [scene.authorization(), "\(name): admin"])
        #expect(closed.values("x-user-id") == ["user-1"])
        #expect(!closed.headers.contains { $0.contains("admin") })
    }

    @Test(arguments: ["X_Custom", "a_b", "_x", "x_"])
    func `N-03: any other name with an underscore is dropped`(_ name: String) throws {
        #expect(try !Scene.running().seen("GET /open/n03", ["\(name): v"]).names.contains(name.lowercased()))
    }

    @Test(arguments: [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port",
        "X-Forwarded-Prefix",
        "X-Forwarded-User", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Original-URL",
        "X-Original-Host", "X-Rewrite-URL", "Proxy", "X-Forwarded-Client-Cert", "X_Forwarded_For", "X.Forwarded.For",
    ])
    func `N-04: a field that claims an address, a target or a certificate is stripped`(_ name: String) throws {
        let scene = try Scene.running()
        for path in ["/open/n04", "/closed/n04"] {
            let seen = try scene.seen("GET \(path)", [scene.authorization(), "\(name): evil.test"])
            #expect(!seen.headers.contains { $0.last?.contains("evil.test") == true })
        }
    }

    @Test
    func `N-04: X-HTTP-Method-Override and ordinary fields pass`() throws {
        let seen = try Scene.running().seen(
            "POST /open/n04",
            ["X-HTTP-Method-Override: PUT", "Content-Length: 0", "X-Ordinary: a", "Cookie: a=b"]
        )
        #expect(seen.values("x-http-method-override") == ["PUT"] && seen.values("x-ordinary") == ["a"])
        #expect(seen.values("cookie") == ["a=b"])
    }

    @Test
    func `the application learns address, protocol, host, request id and trace`() throws {
        let scene = try Scene.running()
        let seen = try scene.seen("GET /open/ours")
        #expect(seen.values("x-forwarded-for") == ["127.0.0.1"])
        #expect(seen.values("x-forwarded-proto") == ["http"])
        #expect(seen.values("x-forwarded-host") == ["localhost"])
        #expect(seen.values("x-request-id").count == 1)
        let trace = try #require(seen.values("traceparent").first).split(separator: "-")
        #expect(trace.count == 4 && trace[0] == "00" && trace[1].count == 32 && trace[2].count == 16)
    }

    @Test(arguments: ["a", "ok-id_1.2", String(repeating: "x", count: 10_000), "a\"b", "a b", "a;b", "<script>", ""])
    func `N-05: X-Request-Id of an untrusted client is made anew`(_ value: String) throws {
        let answer = try Scene.running().sidecar.ask("GET /open/n05", ["X-Request-Id: \(value)"])
        let seen = try EchoUpstream.seen(answer)
        let made = try #require(answer["X-Request-Id"])
        #expect(seen.values("x-request-id") == [made])
        #expect(made != value && !made.isEmpty)
    }

    @Test(arguments: [
        "junk", "00-00000000000000000000000000000000-0000000000000000-00",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c",
    ])
    func `N-05: a malformed traceparent becomes a new trace`(_ value: String) throws {
        let seen = try Scene.running().seen("GET /open/n05", ["traceparent: \(value)"])
        let trace = try #require(seen.values("traceparent").first)
        #expect(seen.values("traceparent").count == 1)
        #expect(trace != value && trace.utf8.count == 55 && trace.hasPrefix("00-"))
    }

    @Test
    func `claims become headers as the contract says, and the token stays here`() throws {
        let scene = try Scene.running()
        let token = try scene.signer.token([
            "sub": "\"caf\\u00e9 100%\\r\\nX-Evil: 1\"", "roles": "[\"admin\",\"user\"]", "email": "{\"a\":1}",
        ])
        let seen = try scene.seen("GET /closed/claims", ["Authorization: Bearer \(token)"])
        #expect(seen.values("x-user-id") == ["caf%C3%A9 100%25%0D%0AX-Evil: 1"])
        #expect(seen.values("x-user-roles") == ["admin,user"])
        #expect(seen.values("x-user-email").isEmpty)
        #expect(!seen.names.contains("authorization") && !seen.names.contains("x-evil"))
    }

    @Test
    func `T-41: a claim over 4 KiB leaves its header out`() throws {
        let scene = try Scene.running()
        let token = try scene.signer.token(["email": "\"" + String(repeating: "e", count: 4200) + "\""])
        let seen = try scene.seen("GET /closed/claims", ["Authorization: Bearer \(token)"])
        #expect(seen.values("x-user-email").isEmpty && seen.values("x-user-id") == ["user-1"])
    }

    @Test
    func `a Bearer credential on a public route does not reach the application, another scheme does`() throws {
        let scene = try Scene.running()
        let bearer = try scene.seen("GET /open/scheme", ["Authorization: Bearer not-read-here"])
        #expect(!bearer.names.contains("authorization"))
        let basic = try scene.seen("GET /open/scheme", ["Authorization: Basic aHVzaDpodXNo"])
        #expect(basic.values("authorization") == ["Basic aHVzaDpodXNo"])
    }
}

/// The same fields from a proxy that the configuration trusts.
@Suite(.scene { try Scene { $0.sections = ["trusted_proxies: [127.0.0.0/8]"] } })
struct TrustedProxyTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("198.51.100.1, 192.0.2.7", "192.0.2.7"), ("192.0.2.7, 127.0.0.1", "192.0.2.7"),
        ("evil, 192.0.2.7", "192.0.2.7"), ("192.0.2.7:4711", "192.0.2.7"), ("[2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ])
    func `N-06: the first address from the right that we do not trust is the client`(
        _ value: String,
        _ expected: String
    ) throws {
        let seen = try Scene.running().seen("GET /open/n06", ["X-Forwarded-For: \(value)"])
        #expect(seen.values("x-forwarded-for") == [expected])
    }

    @Test
    func `N-06: a bad element stops the walk, two lines are joined, and 1000 hops are survived`() throws {
        let scene = try Scene.running()
        let stopped = try scene.seen("GET /open/n06", ["X-Forwarded-For: 192.0.2.7, unknown, 127.0.0.2"])
        #expect(!stopped.values("x-forwarded-for").contains { $0.contains("192.0.2.7") || $0.contains("unknown") })
        let joined = try scene.seen("GET /open/n06", ["X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 192.0.2.7"])
        #expect(joined.values("x-forwarded-for") == ["192.0.2.7"])
        let hops = Array(repeating: "127.0.0.1", count: 1000).joined(separator: ",")
        #expect(try scene.sidecar.ask("GET /open/n06", ["X-Forwarded-For: 192.0.2.9,\(hops)"]).status == 200)
    }

    @Test
    func `N-05: a request id of a trusted proxy is kept when it is well-formed, else made anew`() throws {
        let scene = try Scene.running()
        let kept = try scene.sidecar.ask("GET /open/n05", ["X-Request-Id: edge-1.2_x"])
        #expect(kept["X-Request-Id"] == "edge-1.2_x")
        #expect(try EchoUpstream.seen(kept).values("x-request-id") == ["edge-1.2_x"])
        for bad in ["a b", "a\"b", String(repeating: "x", count: 129), ""] {
            let made = try scene.sidecar.ask("GET /open/n05", ["X-Request-Id: \(bad)"])["X-Request-Id"]
            #expect(made != nil && made != bad)
        }
    }
}
