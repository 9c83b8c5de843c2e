import Testing
import TestSupport

/// `users` and `token` while a gate serves the same accounts.
@Suite(.scene { try AccountsShell.scene() })
struct ServedUsersTests {
    @Test(arguments: [["disable"], ["revoke-sessions"], ["set-role", "admin"], ["set-password"]])
    func `a command that ends sessions is obeyed by the running gate within a second`(_ arguments: [String]) throws {
        let (scene, shell) = try Self.running()
        let name = Self.name()
        try shell.create(name)
        let token = try Self.token(try Self.logIn(scene, name))
        #expect(try Self.me(scene, token) == 200)
        #expect(try scene.ask(token: token).status == 200)
        let command = try shell.run(
            ["users", arguments[0], name] + arguments.dropFirst(),
            input: "another battery horse staple"
        )
        #expect(command.status == 0, "\(command.errors)")
        // The machine that runs the tests is shared, so the second of the contract is not measured to the millisecond.
        try wait(for: "the gate to refuse the token", seconds: 5) { try scene.ask(token: token).status == 401 }
        #expect(try Self.me(scene, token) == 401)
        let inspection = try shell.run(["token", "inspect", "--format", "json"], input: token)
        let document = try #require(JSONValue(parsing: inspection.output), "\(inspection.errors)")
        #expect(inspection.status == 1 && document["valid"] == .boolean(false))
        #expect(document["reason"]?.string == "revoked" && document["issuer"]?.string == "accounts")
        #expect(try shell.run(["token", "inspect"], input: token).output.hasPrefix("refused: revoked"))
    }

    @Test
    func `a disabled account cannot log in, and an enabled one can again`() throws {
        let (scene, shell) = try Self.running()
        let name = Self.name()
        try shell.create(name)
        #expect(try Self.logIn(scene, name).status == 200)
        _ = try shell.users("disable", name)
        #expect(try Self.logIn(scene, name).code == "invalid_credentials")
        _ = try shell.users("enable", name)
        #expect(try Self.logIn(scene, name).status == 200)
    }

    @Test
    func `after set-password only the new password logs in, and after set-role tokens hold the new role`() throws {
        let (scene, shell) = try Self.running()
        let name = Self.name()
        try shell.create(name)
        _ = try shell.users("set-password", name, input: "another battery horse staple\n")
        #expect(try Self.logIn(scene, name).status == 401)
        #expect(try Self.logIn(scene, name, "another battery horse staple").status == 200)
        _ = try shell.users("set-role", name, "admin")
        let answer = try Self.logIn(scene, name, "another battery horse staple")
        #expect(answer.json?["user"]?["roles"] == .array([.text("admin")]))
        let inspection = try shell.run(["token", "inspect", "--format", "json"], input: try Self.token(answer))
        #expect(JSONValue(parsing: inspection.output)?["claims"]?["roles"] == .array([.text("admin")]))
    }

    @Test
    func `who signed up through the gate is listed, as the gate itself shows it`() throws {
        let (scene, shell) = try Self.running()
        let name = Self.name()
        let body = """
            {"email": "\(name)@company.test", "username": "\(name)", "password": "\(AccountsShell.password)"}
            """
        let answer = try Self.post(scene, "/api/v1/auth/signup", body)
        #expect(answer.status == 201)
        let user = try #require(answer.json?["user"])
        #expect(try shell.users("show", name) == user)
        #expect(try shell.users("list").items?.contains(user) == true)
    }

    @Test
    func `token mint signs with the key of the accounts service, and the gate accepts it`() throws {
        let (scene, shell) = try Self.running()
        let mint = try shell.run([
            "token", "mint", "--subject", "alice", "--issuer", "accounts", "--scope", "a b", "--claim", "plan=pro",
        ])
        #expect(mint.status == 0, "\(mint.errors)")
        let token = mint.output.trimmingBlanks.filter { !$0.isNewline }
        LogHygiene.forbid(token: token)
        #expect(try scene.ask(token: token).status == 200)
        let inspection = try shell.run(["token", "inspect", "--format", "json"], input: token)
        let document = try #require(JSONValue(parsing: inspection.output), "\(inspection.errors)")
        #expect(inspection.status == 0 && document["issuer"]?.string == "accounts")
        #expect(document["header"]?["alg"]?.string == "ES256" && document["claims"]?["plan"]?.string == "pro")
        let keys = try scene.sidecar.ask("GET /.well-known/jwks.json").json?["keys"]?.items ?? []
        #expect(keys.contains { $0["kid"] == document["header"]?["kid"] && $0["kid"] != nil })
        let text = try shell.run(["token", "inspect"], input: token)
        #expect(text.status == 0 && text.output.hasPrefix("accepted") && text.output.contains("accounts"))
    }

    @Test(arguments: [
        (["--claim", "sid=0190a0b0-0000-7000-8000-000000000000"], "sid"), (["--claim", "sid=1"], "sid"),
        (["--lifetime", "32d"], "31d"), (["--lifetime", "2678401s"], "31d"), (["--lifetime", "3650d"], "31d"),
    ])
    func `token mint makes no token in the service's name that disabling its account would not end`(
        _ options: [String],
        _ word: String
    ) throws {
        let signer = try TokenSigner(.HS256)
        let shell = try AccountsShell { $0.trust(signer) }
        let arguments = ["token", "mint", "--subject", "alice"] + options
        let refused = try shell.run(arguments + ["--issuer", "accounts"])
        #expect(refused.status == 2 && refused.output.isEmpty && refused.errors.contains(word), "\(refused.errors)")
        #expect(shell.records().isEmpty)
        #expect(try shell.run(arguments + ["--issuer", "test"]).status == 0)
        let longest = ["token", "mint", "--subject", "alice", "--issuer", "accounts", "--lifetime", "31d"]
        #expect(try shell.run(longest).status == 0)
    }

    @Test
    func `with accounts and a secret token mint asks which issuer, and exits 2`() throws {
        let (_, shell) = try Self.running()
        let mint = try shell.run(["token", "mint", "--subject", "alice"])
        #expect(mint.status == 2 && mint.output.isEmpty)
        #expect(mint.errors.contains("test") && mint.errors.contains("accounts") && mint.errors.contains("--issuer"))
        let other = try shell.run(["token", "mint", "--subject", "alice", "--issuer", "nobody"])
        #expect(other.status == 1 && other.output.isEmpty && other.errors.contains("nobody"))
    }

    private static func running() throws -> (Scene, AccountsShell) {
        let scene = try Scene.running()
        LogHygiene.forbid(AccountsShell.password)
        return (scene, AccountsShell(scene.sidecar))
    }

    /// A username that no other test has.
    private static func name() -> String { "u" + String(UInt64.random(in: .min ... .max), radix: 36) }

    private static func logIn(
        _ scene: Scene,
        _ name: String,
        _ password: String = AccountsShell.password
    ) throws -> Answer {
        try post(scene, "/api/v1/auth/login", #"{"username": "\#(name)", "password": "\#(password)"}"#)
    }

    private static func post(_ scene: Scene, _ path: String, _ body: String) throws -> Answer {
        let fields = ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
        return try scene.sidecar.ask("POST " + path, fields, body: body)
    }

    private static func token(_ answer: Answer) throws -> String {
        let token = try #require(answer.json?["access_token"]?.string, "\(answer.status) \(answer.text)")
        LogHygiene.forbid(token: token)
        return token
    }

    private static func me(_ scene: Scene, _ token: String) throws -> Int {
        try scene.sidecar.ask("GET /api/v1/users/me", ["Authorization: Bearer \(token)"]).status
    }
}
