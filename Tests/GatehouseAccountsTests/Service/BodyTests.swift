import GatehouseCore
import Testing

@testable import GatehouseAccounts

@Suite struct BodyTests {
    private static let good = #"{"email": "user@company.com", "password": "correct horse battery"}"#

    @Test(arguments: [
        "application/json", "Application/JSON; charset=UTF-8", "application/json ;\tcharset=\"utf-8\"",
        "application/json;",
    ])
    func `JSON is JSON, in UTF-8`(type: String) async throws {
        let world = try World()
        try await world.signUp()
        var draft = CallDraft(.login, BodyTests.good)
        draft.contentType = type
        #expect(try await world.send(draft).status == 200)
    }

    @Test(
        arguments: [
            nil, "", "text/plain", "application/x-www-form-urlencoded", "application/problem+json", "text/json",
            "application/json; charset=utf-16", "application/json; x=y", "application/json, text/plain",
            "application/jsonp",
        ]
    )
    func `A-19: another type, or none with a body, is 415`(type: String?) async throws {
        let world = try World()
        try await world.signUp()
        var draft = CallDraft(.login, BodyTests.good)
        draft.contentType = type
        #expect(try await world.send(draft).refusal == .mediaTypeUnsupported)
    }

    @Test func `A-19: two types are 415`() async throws {
        let world = try World()
        var draft = CallDraft(.login, BodyTests.good)
        draft.fields = [("Content-Type", "application/json")]
        #expect(try await world.send(draft).refusal == .mediaTypeUnsupported)
    }

    @Test(
        arguments: [
            "", " ", "{", "{\"email\": }", "nul", "{} {}", "\u{FEFF}{}", #"{"email": "a", "email": "b"}"#,
            #"{"email": "a", "\u0065mail": "b"}"#, #"{"email": "\ud800"}"#, "{'email': 'a'}", "{\"email\": \"a\u{1}\"}",
            #"{"email": 01}"#, #"{"email": NaN}"#, "{\"email\": \"a\",}",
        ]
    )
    func `A-19: malformed JSON and repeated members are 400`(body: String) async throws {
        let world = try World()
        for endpoint in [AccountsEndpoint.signup, .login, .refresh] {
            #expect(try await world.send(endpoint, body).refusal == .jsonMalformed)
        }
    }

    @Test func `A-19: bytes that are not UTF-8 and depth over 32 are 400, in time`() async throws {
        let world = try World()
        var draft = CallDraft(.login, "{}")
        draft.content = Array(#"{"email": ""#.utf8) + [0xBF, 0x27] + Array(#""}"#.utf8)
        #expect(try await world.send(draft).refusal == .jsonMalformed)
        for depth in [33, 10_000] {
            let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(try await world.send(.login, deep).refusal == .jsonMalformed)
        }
        let allowed = String(repeating: "[", count: 31) + String(repeating: "]", count: 31)
        #expect(
            try await world.send(.login, #"{"email": \#(allowed), "password": "x"}"#).problems == ["/email wrong_type"]
        )
    }

    @Test(arguments: [#"["x"]"#, #"{"$ne": null}"#, "1", "null", "true", "1e400"])
    func `A-19: a password of another type is 422`(value: String) async throws {
        let world = try World()
        let login = try await world.send(.login, #"{"email": "a@b.example", "password": \#(value)}"#)
        #expect(login.problems == ["/password wrong_type"])
        let signup = try await world.send(
            .signup,
            #"{"email": "a@b.example", "password": \#(value), "username": "abc"}"#
        )
        #expect(signup.problems == ["/password wrong_type"])
    }

    @Test(
        arguments: [
            "'", "\\\"", ";--", "/*", "\\\\", "%", "_", "$1", "?", "\u{2BC}", "Robert'); DROP TABLE users;--",
            "{{7*7}}",
        ]
    )
    func `A-20: what is special to a database is stored literally`(text: String) async throws {
        let world = try World()
        let member = try await world.signUp()
        let reply = try await world.send(.meUpdate, #"{"full_name": "\#(text)"}"#, as: member.token)
        let expected = try #require(StrictJSON.parse(Array(#""\#(text)""#.utf8)).string)
        #expect(reply.object?["full_name"]?.string == expected)
        #expect(world.store.state.users.values.first?.fullName == expected)
        let username = try await world.send(
            .signup,
            #"{"email": "b@company.com", "password": "correct horse battery", "username": "abc\#(text)"}"#
        )
        #expect(username.problems == (text == "_" ? [] : ["/username invalid_format"]))
        let login = try await world.send(.login, #"{"email": "\#(text)", "password": "\#(text)"}"#)
        #expect(login.refusal == .credentialsRejected)
        #expect(try await world.send(.refresh, #"{"refresh_token": "\#(text)"}"#).refusal == .refreshTokenRejected)
    }

    @Test func `A-20: NUL is 422, not 400 or 500`() async throws {
        let world = try World()
        let member = try await world.signUp()
        let update = try await world.send(.meUpdate, #"{"full_name": "a\u0000b"}"#, as: member.token)
        #expect(update.problems == ["/full_name invalid_format"])
        let signup = try await world.send(
            .signup,
            #"{"email": "a\u0000@b.example", "password": "correct\u0000horse battery", "username": "ab\u0000c"}"#
        )
        #expect(signup.problems == ["/email invalid_format", "/username invalid_format", "/password invalid_format"])
        let login = try await world.send(.login, #"{"email": "user@company.com\u0000", "password": "x"}"#)
        #expect(login.refusal == .credentialsRejected)
        // An escaped backslash before `u0000` is no escape of NUL.
        let literal = try await world.send(.meUpdate, #"{"full_name": "a\\u0000b"}"#, as: member.token)
        #expect(literal.object?["full_name"] == #"a\u0000b"#)
    }
}
