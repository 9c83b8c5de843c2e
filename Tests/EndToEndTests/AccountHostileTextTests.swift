import Testing
import TestSupport

/// Texts that mean something elsewhere, in every field that the running gate takes.
@Suite(.scene { try AccountScene.make() })
struct AccountHostileTextTests {
    @Test(arguments: [
        "a@[127.0.0.1]", "a@b@c.test", "a\r\nBcc: x@y.test@b.test", "a\u{0}@b.test", "a b@c.test", "@b.test", "a@",
        "a", "", "a@b..test", "a@-b.test", "a\u{200B}@b.test", "a\u{202E}@b.test", "\"a b\"@c.test", "a@b.test ",
        "a@b\u{3002}\u{3002}test", "a@b.test\u{7F}", "a,b@c.test\n",
    ])
    func `A-15: what is no e-mail address is 422 invalid_format`(_ email: String) throws {
        let answer = try AccountClient.running().signUp(AccountClient.name(), ["email": email])
        answer.expectProblem(422, "validation_failed")
        #expect(answer.problems == ["/email invalid_format"])
    }

    @Test
    func `A-15: 254 bytes are an address and 255 are too long`() throws {
        let client = try AccountClient.running()
        let domain = String(repeating: "d", count: 63)
        let rest = "@" + [domain, domain, domain].joined(separator: ".")
        let local = AccountClient.name() + String(repeating: "x", count: 60)
        let email = String(local.prefix(254 - rest.utf8.count)) + rest
        #expect(email.utf8.count == 254)
        #expect(try client.signUp(AccountClient.name(), ["email": email]).status == 201)
        let longer = try client.signUp(AccountClient.name(), ["email": "y" + email])
        #expect(longer.problems == ["/email too_long"])
    }

    @Test
    func `A-15: forms of one address are one account, look-alikes are others`() throws {
        let client = try AccountClient.running()
        let name = AccountClient.name()
        _ = try client.newcomer(name, ["email": "stra\u{DF}e\u{E9}\(name)@B\u{FC}cher.test"])
        let same = [
            "STRASSE\u{C9}\(name)@b\u{FC}cher.TEST", "strasse\u{E9}\(name)@xn--bcher-kva.test",
            "stra\u{DF}ee\u{301}\(name)@bu\u{308}cher.test",
        ]
        for email in same {
            try client.signUp(AccountClient.name(), ["email": email]).expectProblem(409, "email_taken")
            let login = ["email": email, "password": AccountClient.password]
            #expect(try client.send("POST /api/v1/auth/login", login).status == 200, "\(email)")
        }
        for email in ["\(name)i@b.test", "\(name)\u{131}@b.test", "\(name)\u{456}@b.test"] {
            #expect(try client.signUp(AccountClient.name(), ["email": email]).status == 201, "\(email)")
        }
        _ = try client.newcomer(AccountClient.name(), ["email": "\(name)k@c.test"])
        try client.signUp(AccountClient.name(), ["email": "\(name)\u{212A}@c.test"]).expectProblem(409, "email_taken")
    }

    @Test(arguments: [
        "\u{FF41}\u{FF44}\u{FF4D}\u{FF49}\u{FF4E}", "\u{430}dmin", "admin\u{200B}", "..", "...", "a@b.test", "a/b/c",
        "a bc", "abc\u{0}", "abc\n", "\u{212A}elvin", "str\u{DF}e", "me", "admin", "Admin", "ADMIN", "root", "abc'",
        "abc;--", "abc%", "abc$1",
    ])
    func `A-17: a username that is not plain, or that is reserved, is 422`(_ username: String) throws {
        let name = AccountClient.name()
        let answer = try AccountClient.running().signUp(name, ["username": username])
        answer.expectProblem(422, "validation_failed")
        #expect(["/username invalid_format", "/username too_short"].contains(answer.problems?.first ?? ""))
        #expect(answer.problems?.count == 1)
    }

    @Test
    func `A-17: a username is kept as typed, and compared in any case of its letters`() throws {
        let client = try AccountClient.running()
        let name = "X." + AccountClient.name().uppercased().prefix(20)
        let grant = try client.newcomer(name)
        #expect(grant.user["username"]?.string == name && grant.claims["username"]?.string == name)
        for typed in [name, name.lowercased(), "x" + name.dropFirst()] {
            #expect(try client.logIn(typed).status == 200, "\(typed)")
        }
        try client.signUp(AccountClient.name(), ["username": name.lowercased()]).expectProblem(409, "username_taken")
    }

    @Test
    func `A-20: SQL in a field is stored literally, and finds nothing else`() throws {
        let client = try AccountClient.running()
        let bystander = try client.newcomer()
        for text in Self.battery {
            let names = ["full_name": text, "organization_name": text, "team_name": text]
            let grant = try client.newcomer(AccountClient.name(), names)
            for member in names.keys { #expect(grant.user[member]?.string == text) }
            let change = try client.send("PATCH /api/v1/users/me", ["full_name": text + "2"], token: grant.access)
            #expect(change.json?["full_name"]?.string == text + "2")
            try client.logIn(grant.name, text + AccountClient.password)
                .expectProblem(401, "invalid_credentials", authenticate: Challenge.plain)
            for member in ["username", "email"] {
                let body = [member: bystander.name + text, "password": AccountClient.password]
                try client.send("POST /api/v1/auth/login", body)
                    .expectProblem(401, "invalid_credentials", authenticate: Challenge.plain)
            }
            try client.refresh(text).expectProblem(401, "invalid_token", authenticate: Challenge.token)
            let agent = try client.logIn(grant.name, AccountClient.password, ["User-Agent: \(text)"])
            #expect(agent.status == 200)
        }
        #expect(try client.me(bystander.access).json == bystander.user)
        #expect(try client.database("PRAGMA integrity_check") == "ok")
    }

    @Test
    func `A-20: NUL is 422 in every text, and never 500`() throws {
        let client = try AccountClient.running()
        for member in ["email", "username", "password", "full_name", "organization_name", "team_name"] {
            let answer = try client.signUp(AccountClient.name(), [member: "a\u{0}b@c.test and more"])
            #expect(answer.problems == ["/\(member) invalid_format"], "\(member): \(answer.text)")
        }
        let login = ["username": "a\u{0}b", "password": "a\u{0}b"]
        let answer = try client.send("POST /api/v1/auth/login", login)
        #expect([401, 422].contains(answer.status), "\(answer.text)")
    }

    @Test
    func `A-21: nothing that a client sends breaks a line of a log`() throws {
        let scene = try AccountScene.make()
        let client = AccountClient(scene.sidecar)
        let agent = #"x","level":"fatal"# + "[2J" + "\u{E2}\u{80}\u{A8}\u{E2}\u{80}\u{AE}"
        let texts = ["a\",\"result\":\"success", "\u{2028}\u{202E}\u{2066}", "a\\\"}\\n{\"seq\":1}"]
        for text in texts {
            let grant = try client.newcomer()
            #expect(try [201, 422].contains(client.signUp(AccountClient.name(), ["full_name": "x " + text]).status))
            _ = try client.sidecar.ask(
                "POST /api/v1/auth/login",
                [
                    "User-Agent: \(agent)", "Content-Type: application/json", "Content-Length: 2",
                    "X-Request-Id: \(agent)",
                ],
                body: "{}"
            )
            _ = try client.logIn(text + "\r\n{\"seq\":1}\u{1B}[2J", "wrong \(text)")
            let segments = "%0d%0a%7b%22seq%22:1%7d%1b%5b2J%e2%80%a8"
            _ = try client.send("DELETE /api/v1/auth/sessions/" + segments, token: grant.access)
            _ = try client.send("GET /closed/" + segments, token: "x\u{1B}[2J.y.z")
        }
        scene.finish()
        let chain = try AccountChain(scene.sidecar.scratch.file("audit.jsonl"))
        chain.expectWhole()
        #expect(chain.records.allSatisfy { $0["event"] != nil && $0["level"] == nil })
        for name in ["access.jsonl", "audit.jsonl"] {
            let text = Scratch.text(at: scene.sidecar.scratch.file(name))
            #expect(text.split(separator: "\n").allSatisfy { JSONValue(parsing: String($0)) != nil }, "\(name)")
            let last: UInt32 = name == "audit.jsonl" ? 0x7E : 0x10_FFFF
            let isPlain = text.unicodeScalars.allSatisfy { scalar in
                scalar == "\n" || (0x20...last).contains(scalar.value) && !(0x7F...0x9F).contains(scalar.value)
            }
            #expect(isPlain, "\(name)")
        }
        let errors = scene.sidecar.process.errors.unicodeScalars
        #expect(!errors.contains { $0.value < 0x20 && $0 != "\n" })
    }

    private static let battery = [
        "x' OR '1'='1", "x\" OR \"1\"=\"1", "x;-- ", "x'); DROP TABLE users;--", "/* x */", "\\", "%", "_", "$1 :1 @a",
        "? ?1 ??", "\u{2BC} OR 1=1", "\u{BF27}", "x' UNION SELECT password_hash FROM users --", "{{7*7}} ${7*7} %s %n",
        "<script>alert(1)</script>", "=cmd|' /C calc'!A0",
    ]
}
