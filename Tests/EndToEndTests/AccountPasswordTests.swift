import Testing
import TestSupport

/// Which passwords the running gate takes, and what it does with them.
@Suite(.scene { try AccountScene.make() })
struct AccountPasswordTests {
    @Test(arguments: [
        ("xq9 Lm,2vtR", "password_too_short"), ("😀😁😂🤣😃😄", "password_too_short"),
        (String(repeating: "z9k. ", count: 205), "password_too_long"),
        (String(repeating: "é", count: 513), "password_too_long"), ("", "password_too_short"),
        ("password1234", "password_too_common"), ("PASSWORD1234", "password_too_common"),
        ("aaaaaaaaaaaa", "password_too_common"), ("            ", "password_too_common"),
        ("correct\u{0}battery horse staple", "invalid_format"),
        ("correct\u{9}battery horse staple", "invalid_format"),
        ("correct\u{7F}battery horse staple", "invalid_format"),
    ])
    func `A-01, A-02, A-03: a bad password is 422 with its reason, and never in the answer`(
        _ password: String,
        _ code: String
    ) throws {
        let answer = try AccountClient.running().signUp(AccountClient.name(), ["password": password])
        answer.expectProblem(422, "validation_failed")
        #expect(answer.problems == ["/password " + code])
        #expect(password.isEmpty || password.allSatisfy { $0 == " " } || !answer.text.contains(password))
    }

    @Test(arguments: [
        "xq9 Lm,2vtRw", "😀🐙🌵🎲🚲🧊🪁🔭🧲🥨🦜🛶", "  xq9 Lm,2vtRw  ", String(repeating: "x9k.", count: 256),
        "xq9'\"\\;--/*%_$1?ʼ Lm", "ＸＱ９ Lm,2vtRw wide",
    ])
    func `A-01, A-02: a good password signs up and logs in, and no other form of it does`(_ password: String) throws {
        let client = try AccountClient.running()
        LogHygiene.forbid(password)
        let name = AccountClient.name()
        _ = try client.newcomer(name, ["password": password])
        #expect(try client.logIn(name, password).status == 200)
        for other in [password + " ", String(password.dropLast()), String(password.dropFirst())] {
            try client.logIn(name, other).expectProblem(401, "invalid_credentials", authenticate: Challenge.plain)
        }
    }

    @Test
    func `A-02: two forms of one text are one password, and compatibility forms are another`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        _ = try client.newcomer(name, ["password": "caf\u{E9} \u{212B}ngstr\u{F6}m x9k"])
        #expect(try client.logIn(name, "cafe\u{301} A\u{30A}ngstro\u{308}m x9k").status == 200)
        #expect(try client.logIn(name, "cafe\u{301} A\u{30A}ngstro\u{308}m x９k").status == 401)
    }

    @Test(arguments: ["email", "local part", "username", "upper case"])
    func `A-03: a password that contains who it belongs to is refused`(_ what: String) throws {
        let name = AccountClient.name()
        let password =
            switch what {
            case "email": "\(name)@company.test xq"
            case "local part": "xq9 \(name) Lm,2"
            case "username": "Lm,2vt\(name)"
            default: "xq9 \(name.uppercased()) Lm,2"
            }
        let answer = try AccountClient.running().signUp(name, ["password": password])
        #expect(answer.problems == ["/password password_contains_identity"])
    }

    @Test
    func `A-25: a password change asks for the current one and ends the other sessions only`() throws {
        let client = try AccountClient.running()
        let first = try client.newcomer()
        let other = try client.session(of: first.name)
        let change = ["current_password": "not the right one", "new_password": AccountClient.newPassword]
        let path = "POST /api/v1/auth/password/change"
        try client.send(path, change, token: first.access)
            .expectProblem(401, "invalid_credentials", authenticate: Challenge.plain)
        #expect(try client.me(other.access).status == 200)
        let good = change.merging(["current_password": AccountClient.password]) { $1 }
        let answer = try client.send(path, good, token: first.access)
        #expect(answer.status == 204 && answer.body.isEmpty)
        #expect(try client.me(first.access).status == 200)
        try client.me(other.access).expectProblem(401, "invalid_token", authenticate: Challenge.token)
        try client.refresh(other.refresh).expectProblem(401, "invalid_token", authenticate: Challenge.token)
        #expect(try client.refresh(first.refresh).status == 200)
        #expect(try client.logIn(first.name).status == 401)
        #expect(try client.logIn(first.name, AccountClient.newPassword).status == 200)
    }

    @Test
    func `A-25: a new password is judged like that of a signup`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        let path = "POST /api/v1/auth/password/change"
        let rows = [
            ("short", "password_too_short"), ("password1234", "password_too_common"),
            ("xq9 \(grant.name) Lm,2", "password_contains_identity"),
            (String(repeating: "z9k. ", count: 205), "password_too_long"),
        ]
        for (password, code) in rows {
            let body = ["current_password": AccountClient.password, "new_password": password]
            #expect(try client.send(path, body, token: grant.access).problems == ["/new_password " + code])
        }
        let empty = try client.send(path, "{}", token: grant.access)
        #expect(empty.problems?.sorted() == ["/current_password required", "/new_password required"])
        let extra = ["current_password": "a", "new_password": AccountClient.newPassword, "email": "a@b.test"]
        #expect(try client.send(path, extra, token: grant.access).problems == ["/email unknown_field"])
        #expect(try client.logIn(grant.name).status == 200)
    }

    @Test
    func `a password is stored as Argon2id with the configured cost, and in no other form`() throws {
        let client = try AccountClient.running()
        let grant = try client.newcomer()
        let hash = try client.database("SELECT password_hash FROM users WHERE id = ?", [grant.id])
        #expect(hash.hasPrefix("$argon2id$v=19$m=1024,t=1,p=1$"), "\(hash.prefix(40))")
    }
}
