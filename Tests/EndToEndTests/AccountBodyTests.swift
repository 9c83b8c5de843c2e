import Testing
import TestSupport

/// What the running gate makes of bodies that are no good, on every endpoint that takes one.
@Suite(.scene { try AccountScene.make() })
struct AccountBodyTests {
    private static let requests = [
        "POST /api/v1/auth/signup", "POST /api/v1/auth/login", "POST /api/v1/auth/refresh", "POST /api/v1/auth/logout",
        "POST /api/v1/auth/password/change", "PATCH /api/v1/users/me", "DELETE /api/v1/users/me",
    ]

    @Test(arguments: requests)
    func `A-19: what is no JSON, repeats a member or is too deep is 400 malformed_json`(_ request: String) throws {
        let client = try AccountClient.running()
        let token = try client.newcomer().access
        let bodies = [
            "{", "}", "nothing", "{} {}", "{},", "{\"a\":1,}", "{'a':1}", "{\"a\":01}", "{\"a\":NaN}", "{\"a\":\"\n\"}",
            "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":1}", "{\"x\":{\"a\":1,\"a\":2}}", "\u{FEFF}{}",
            "{\"a\":\"\\ud800\"}",
            "// no\n{}", " ", String(repeating: "[", count: 10_000),
            #"{"a":"# + String(repeating: "[", count: 33) + String(repeating: "]", count: 33) + "}",
        ]
        for body in bodies {
            let answer = try client.send(request, body, token: token)
            answer.expectProblem(400, "malformed_json")
            if answer.status != 400 { Issue.record("\(request) \(body.prefix(60))") }
        }
    }

    @Test(arguments: requests)
    func `A-19: a body that is not UTF-8 is 400 malformed_json`(_ request: String) throws {
        let client = try AccountClient.running()
        let token = try client.newcomer().access
        for bytes in ["{\"a\":\"\u{BF}\u{27}\"}", "{\"a\":\"\u{C0}\u{80}\"}", "\u{FF}\u{FE}{\u{0}}\u{0}"] {
            let fields = [
                "Content-Type: application/json", "Content-Length: \(bytes.unicodeScalars.count)",
                "Authorization: Bearer \(token)",
            ]
            try client.sidecar.ask(request, fields, body: bytes).expectProblem(400, "malformed_json")
        }
    }

    @Test(arguments: requests)
    func `JSON that is no object is one wrong_type at the empty pointer`(_ request: String) throws {
        let client = try AccountClient.running()
        let token = try client.newcomer().access
        for body in ["[]", "[{}]", "null", "1", "\"{}\"", "true"] {
            let answer = try client.send(request, body, token: token)
            answer.expectProblem(422, "validation_failed")
            #expect(answer.problems == [" wrong_type"], "\(request) \(body)")
        }
    }

    @Test(arguments: requests)
    func `A-19: another content type, or none with a body, is 415`(_ request: String) throws {
        let client = try AccountClient.running()
        let token = try client.newcomer().access
        let types = [
            nil, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
            "application/jsonp", "application/problem+json", "application/json, text/plain", "json",
            "application/json; charset=utf-16",
        ]
        for type in types {
            let answer = try client.send(request, "{}", token: token, type: type)
            answer.expectProblem(415, "unsupported_media_type")
            if answer.status != 415 { Issue.record("\(request) \(type ?? "none")") }
        }
    }

    @Test(arguments: requests)
    func `application-json is taken in any case and with the parameter UTF-8`(_ request: String) throws {
        let client = try AccountClient.running()
        let token = try client.newcomer().access
        let types = [
            "application/json", "Application/JSON", "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
        ]
        for type in types {
            let answer = try client.send(request, #"{"nonsense":1}"#, token: token, type: type)
            #expect(answer.problems?.contains("/nonsense unknown_field") == true, "\(type): \(answer.text)")
        }
    }

    @Test(arguments: requests)
    func `a body over 64 KiB is 413, with a length or chunked, and one of 64 KiB is read`(_ request: String) throws {
        let client = try AccountClient.running()
        let token = try client.newcomer().access
        let longest = #"{"x":1"# + String(repeating: " ", count: 65_529) + "}"
        #expect(try client.send(request, longest, token: token).problems?.contains("/x unknown_field") == true)
        let longer = try client.send(request, longest + " ", token: token)
        longer.expectProblem(413, "body_too_large")
        let fields = [
            "Content-Type: application/json", "Transfer-Encoding: chunked", "Authorization: Bearer \(token)",
        ]
        let chunk = "8000\r\n" + String(repeating: " ", count: 0x8000) + "\r\n"
        let answer = try client.sidecar.ask(request, fields, body: chunk + chunk + "1\r\n \r\n0\r\n\r\n")
        answer.expectProblem(413, "body_too_large")
    }

    @Test
    func `a chunked body is read like any other`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        _ = try client.newcomer(name)
        let body = try AccountClient.object(["username": name, "password": AccountClient.password])
        let chunks = body.map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"
        let fields = ["Content-Type: application/json", "Transfer-Encoding: chunked"]
        let answer = try client.sidecar.ask("POST /api/v1/auth/login", fields, body: chunks)
        #expect(answer.status == 200)
    }

    @Test(arguments: requests)
    func `no body at all is refused, but by logout`(_ request: String) throws {
        let client = try AccountClient.running()
        let token = try client.newcomer().access
        let status = try client.send(request, token: token).status
        #expect(request.hasSuffix("logout") ? status == 204 : [400, 415].contains(status), "\(status)")
    }

    @Test(arguments: requests)
    func `where a token is asked for, none or a foreign one is refused whatever the body`(
        _ request: String
    ) throws {
        let scene = try Scene.running()
        let client = AccountClient(scene.sidecar)
        guard !["signup", "login", "refresh"].contains(where: request.hasSuffix) else { return }
        try client.send(request, "{").expectProblem(401, "missing_token", authenticate: Challenge.plain)
        try client.send(request, "{", token: scene.signer.token())
            .expectProblem(401, "invalid_token", authenticate: Challenge.token)
    }

    @Test(arguments: ["signup", "login", "refresh"])
    func `signup, login and refresh read no token`(_ endpoint: String) throws {
        let scene = try Scene.running()
        let client = AccountClient(scene.sidecar)
        let answer = try client.send("POST /api/v1/auth/\(endpoint)", "{}", token: "no token at all")
        answer.expectProblem(422, "validation_failed")
    }
}
