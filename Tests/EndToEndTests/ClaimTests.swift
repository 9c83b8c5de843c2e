import Testing
import TestSupport

/// Times, issuers, audiences, and the ways a credential is sent.
@Suite(.scene { try Signers.scene() })
struct ClaimTests {
    @Test(arguments: [
        "", "\"1700000000\"", "null", "true", "1e400", "-1", "1.7e9", "1700000000.5", "[1]", "{}", "0", "\"never\"",
        String(repeating: "9", count: 400) + "x",
    ])
    func `T-35: an exp that is missing, past, or no number is refused`(_ value: String) throws {
        try Scene.running().expectRejected(TokenRow("exp \(value)", claims: ["exp": value]))
    }

    @Test(arguments: ["1e308", "99999999999999999999", "9.9e18"])
    func `T-35: a far exp never traps`(_ value: String) throws {
        let scene = try Scene.running()
        #expect([200, 401].contains(try scene.ask(token: scene.signer.token(["exp": value])).status))
        try scene.fence()
    }

    @Test(arguments: [
        ("exp", -57, 200), ("exp", -64, 401), ("nbf", 56, 200), ("nbf", 66, 401), ("iat", 4000, 200),
    ])
    func `T-36: the leeway is sixty seconds, both ways`(_ claim: String, _ offset: Int, _ status: Int) throws {
        let scene = try Scene.running()
        #expect(try scene.ask(token: scene.signer.token([claim: seconds(offset)])).status == status)
    }

    @Test(arguments: [
        TokenRow("exp before nbf") { scene, _ in try scene.signer.token(["exp": seconds(10), "nbf": seconds(20)]) },
        TokenRow("iat a string", claims: ["iat": "\"now\""]), TokenRow("nbf a string", claims: ["nbf": "\"0\""]),
    ])
    func `T-36: exp before nbf and times that are no numbers are refused`(_ row: TokenRow) throws {
        try Scene.running().expectRejected(row)
    }

    @Test(arguments: [
        "", "\"https://ISSUER.test/\"", "\"https://issuer.test\"", "\"https://issuer.test//\"",
        "[\"https://issuer.test/\"]",
        "\"https://issuer.tes\"", "\"https://i\u{455}suer.test/\"", "\"https://issuer.test/ \"", "null", "7", "\"\"",
    ])
    func `T-37: an issuer that is not exactly ours is refused`(_ value: String) throws {
        try Scene.running().expectRejected(TokenRow("iss \(value)", claims: ["iss": value]))
    }

    @Test(arguments: [
        "", "\"\"", "[]", "[\"orders\",1]", "\"order\"", "\"orders2\"", "{\"orders\":1}", "[\"Orders\"]", "null",
        "[[\"orders\"]]", "\"orders other\"",
    ])
    func `T-38: an audience without ours is refused`(_ value: String) throws {
        try Scene.running().expectRejected(TokenRow("aud \(value)", claims: ["aud": value]))
    }

    @Test(arguments: ["\"orders\"", "[\"orders\"]", "[\"other\",\"orders\"]"])
    func `T-38: an audience with ours is accepted`(_ value: String) throws {
        let scene = try Scene.running()
        #expect(try scene.ask(token: scene.signer.token(["aud": value])).status == 200)
    }

    @Test(arguments: ["Basic eDp5", "Digest username=\"x\"", "Negotiate abc", "Bearerx"])
    func `T-44: another scheme is no credential`(_ value: String) throws {
        let answer = try Scene.running().sidecar.ask("GET /closed/t44", ["Authorization: \(value)"])
        #expect(answer.status == 401 && answer.code == "missing_token")
        #expect(answer["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
        #expect(answer["WWW-Authenticate"]?.contains("error=") == false)
    }

    @Test
    func `T-44: no credential is 401 without an error code`() throws {
        let answer = try Scene.running().sidecar.ask("GET /closed/t44")
        #expect(answer.status == 401 && answer.code == "missing_token")
        #expect(answer["WWW-Authenticate"] == "Bearer realm=\"gatehouse\"")
    }

    @Test(arguments: ["Bearer", "Bearer junk", "Bearer a b", "bearer ...", "Bearer {}", "Bearer \u{E9}"])
    func `T-44: an empty or junk Bearer credential is invalid_token`(_ value: String) throws {
        let answer = try Scene.running().sidecar.ask("GET /closed/t44", ["Authorization: \(value)"])
        #expect(answer.status == 401 && answer.code == "invalid_token")
        #expect(answer["WWW-Authenticate"]?.contains("error=\"invalid_token\"") == true)
    }

    @Test(arguments: ["bearer", "BEARER", "Bearer ", "Bearer  "])
    func `T-44: the scheme is read in any case and with any number of spaces`(_ scheme: String) throws {
        let scene = try Scene.running()
        let answer = try scene.sidecar.ask("GET /closed/t44", ["Authorization: \(scheme) \(scene.signer.token())"])
        #expect(answer.status == 200)
    }

    @Test
    func `T-44: a tab after the scheme is not a space`() throws {
        let scene = try Scene.running()
        #expect(
            try scene.sidecar.ask("GET /closed/t44", ["Authorization: Bearer\t\(scene.signer.token())"]).status == 401
        )
    }

    @Test
    func `T-44, T-45: two credentials are 400 invalid_request, also when both are equal`() throws {
        let scene = try Scene.running()
        let line = try scene.authorization()
        let cases = [
            [line, line], [line, "Authorization: Basic eDp5"], [line + ", Bearer b"],
            ["authorization: Bearer a", line],
        ]
        for fields in cases {
            let answer = try scene.sidecar.ask("GET /closed/t45", fields)
            #expect(answer.status == 400 && answer.code == "invalid_request")
            #expect(answer["WWW-Authenticate"]?.contains("error=\"invalid_request\"") == true)
        }
    }
}

/// The cache of verified tokens.
@Suite(.scene { try Scene { $0.tokens = ["leeway: 1s"] } })
struct TokenCacheTests {
    @Test
    func `T-50: a cached token is refused as soon as it has expired`() throws {
        let scene = try Scene.running()
        let fields = ["Authorization: Bearer \(try scene.signer.token(["exp": seconds(2)]))"]
        let client = try scene.sidecar.client()
        let request = "GET /closed/t50 HTTP/1.1\r\nHost: localhost\r\n\(fields[0])\r\n\r\n"
        try client.send(request)
        #expect(try client.answer().status == 200)
        var served = 0
        try wait(for: "the token to expire", seconds: 6) {
            try client.send(request)
            let answer = try client.answer()
            if answer.status == 200 { served += 1 }
            return answer.status == 401 && answer.code == "invalid_token"
        }
        #expect(served > 0)
    }

    @Test
    func `T-50: a route asks its own question of a cached token`() throws {
        let scene = try Scene {
            $0.routes.insert(
                "{ name: admin, path: /closed/admin, access: { require: { roles: [admin], scope: [\"a\", \"b\"] } } }",
                at: 0
            )
        }
        try scene.play { scene in
            let cases: [([String: String], Int)] = [
                ([:], 403), (["roles": "[\"admin\"]"], 403), (["scope": "\"a b\""], 403),
                (["scope": "\"b a c\"", "roles": "\"admin\""], 200),
                (["scp": "[\"a\",\"b\"]", "roles": "[\"x\",\"admin\"]"], 200),
                (["scope": "\"a\"", "roles": "[\"admin\"]"], 403),
                (["scope": "\"a b\"", "roles": "\"admin user\""], 403),
                (["scope": "\"a b\"", "roles": "{\"admin\":1}"], 403),
            ]
            for (claims, status) in cases {
                let fields = ["Authorization: Bearer \(try scene.signer.token(claims))"]
                #expect(try scene.sidecar.ask("GET /closed/other", fields).status == 200)
                for _ in 0..<2 {
                    let answer = try scene.sidecar.ask("GET /closed/admin", fields)
                    #expect(answer.status == status, "\(claims)")
                    guard status == 403 else { continue }
                    #expect(answer.code == "insufficient_scope")
                    #expect(answer["WWW-Authenticate"]?.contains("error=\"insufficient_scope\"") == true)
                    #expect((answer["WWW-Authenticate"] ?? "").contains("scope=\"a b\""))
                }
            }
        }
    }
}
