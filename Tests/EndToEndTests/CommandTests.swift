import Testing
import TestSupport

/// The commands beside `serve`.
@Suite(.blocking)
struct CommandTests {
    @Test
    func `version prints one line and exits 0`() throws {
        let version = try GatehouseBinary.run(["version"])
        #expect(version.status == 0 && !version.output.isEmpty)
        #expect(version.output.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        ["frobnicate"], ["serve", "--frobnicate"], ["token", "mint"], ["check", "--format", "xml"], ["users"],
        ["token"],
        ["explain", "GET", "/"], ["keys", "list"], ["audit", "verify"], ["db", "status"],
    ])
    func `wrong usage, and a command that is not built, exit 2`(_ arguments: [String]) throws {
        let command = try GatehouseBinary.run(arguments)
        #expect(command.status == 2)
        #expect(!command.errors.isEmpty && command.output.isEmpty)
    }

    @Test(arguments: [["help"], ["--help"], ["serve", "--help"], ["token", "mint", "--help"]])
    func `help exits 0`(_ arguments: [String]) throws {
        let command = try GatehouseBinary.run(arguments)
        #expect(command.status == 0 && (command.output + command.errors).contains("USAGE"))
    }

    @Test
    func `check passes a good file`() throws {
        let (scratch, file) = try write(Self.good())
        let check = try GatehouseBinary.run(["check", "--config", file, "--format", "json"])
        #expect(check.status == 0, "\(check.errors)")
        let document = try #require(JSONValue(parsing: check.output))
        #expect(document["ok"] == .boolean(true) && document["errors"]?.items == [])
        withExtendedLifetime(scratch) {}
    }

    @Test
    func `check reports every error at once, with place, line, caret and the nearest key, and exits 78`() throws {
        var configuration = try Self.good()
        configuration.limits = ["request_boddy": "1MiB", "header_timeout": "10", "connections": "many"]
        configuration.routes = ["{ name: a, path: /**, acess: public }"]
        configuration.sections = ["tracing: { otlp: \"http://127.0.0.1:4318\" }"]
        let (scratch, file) = try write(configuration)
        let check = try GatehouseBinary.run(["check", "--config", file])
        #expect(check.status == 78)
        let text = check.errors + check.output
        let errors = text.split(separator: "\n").filter { $0.contains("proxy.conf:") && $0.contains(": error: ") }
        #expect(errors.count >= 5, "\(text)")
        for word in ["request_body", "header_timeout", "connections", "access", "not supported in this version"] {
            #expect(text.contains(word), "\(word)")
        }
        #expect(text.split(separator: "\n").contains { $0.trimmingBlanks.hasPrefix("^") })
        let json = try GatehouseBinary.run(["check", "--config", file, "--format", "json"])
        #expect(json.status == 78)
        let document = try #require(JSONValue(parsing: json.output))
        #expect(document["ok"] == .boolean(false) && (document["errors"]?.items?.count ?? 0) >= 5)
        #expect(document["errors"]?.items?.allSatisfy { $0.names == ["column", "file", "line", "message"] } == true)
        let serve = try GatehouseBinary.run(["serve", "--config", file])
        #expect(serve.status == 78)
        withExtendedLifetime(scratch) {}
    }

    @Test(arguments: [
        "vault: { address: https://v }", "tracing: { otlp: \"http://127.0.0.1:4318\" }",
        "waivers: [{ id: GH-D013, reason: r, expires: 2027-01-31 }]",
    ])
    func `a section that is not built yet is an error that says so, never ignored`(_ section: String) throws {
        var configuration = try Self.good()
        configuration.sections = [section]
        let (scratch, file) = try write(configuration)
        let check = try GatehouseBinary.run(["check", "--config", file])
        #expect(check.status == 78)
        #expect((check.errors + check.output).contains("not supported in this version"))
        withExtendedLifetime(scratch) {}
    }

    @Test
    func `a plain listener in production is exit 78`() throws {
        var configuration = try Self.good()
        configuration.mode = "production"
        let (scratch, file) = try write(configuration)
        #expect(try GatehouseBinary.run(["check", "--config", file]).status == 78)
        withExtendedLifetime(scratch) {}
    }

    @Test
    func `a missing file is exit 78 and named`() throws {
        let check = try GatehouseBinary.run(["check", "--config", "/nowhere/proxy.conf"])
        #expect(check.status == 78 && check.errors.contains("/nowhere/proxy.conf"))
    }

    @Test
    func `config dump shows the effective settings without a secret`() throws {
        let (scratch, file) = try write(Self.good())
        let dump = try GatehouseBinary.run(["config", "dump", "--config", file])
        #expect(dump.status == 0 && dump.output.contains("keep_alive_timeout"))
        #expect(LogHygiene.findings(in: dump.output, named: "the dump").isEmpty)
        let origins = try GatehouseBinary.run(["config", "dump", "--origins", "--config", file])
        #expect(origins.status == 0 && origins.output.contains("default"))
        withExtendedLifetime(scratch) {}
    }

    @Test
    func `routes lists the table in order, as text and as JSON`() throws {
        let (scratch, file) = try write(Self.good())
        let json = try GatehouseBinary.run(["routes", "--config", file, "--format", "json"])
        let routes = try #require(JSONValue(parsing: json.output)?.items)
        #expect(json.status == 0 && routes.compactMap { $0["name"]?.string } == ["open", "closed"])
        #expect(routes.first?.names == ["access", "cors", "methods", "name", "path", "rate_limits", "upstream"])
        #expect(routes.first?["path"]?.string == "/open/**" && routes.first?["upstream"]?.string == "app")
        #expect(try GatehouseBinary.run(["routes", "--config", file]).output.contains("/closed/**"))
        withExtendedLifetime(scratch) {}
    }

    @Test
    func `routes shows which quotas a route takes from, and check counts them`() throws {
        var configuration = try Self.good()
        configuration.routes = [
            "{ name: both, path: /both, rate_limits: [default, slow] }",
            "{ name: none, path: /none, rate_limits: [] }", "{ name: rest, path: /** }",
        ]
        configuration.sections = [
            """
            rate_limits:
              policies:
                - { name: default, requests: 100, per: 1m, by: caller }
                - { name: slow, requests: 1, per: 1s, by: address }
            """
        ]
        let (scratch, file) = try write(configuration)
        let json = try GatehouseBinary.run(["routes", "--config", file, "--format", "json"])
        let limits = try #require(JSONValue(parsing: json.output)?.items).map { $0["rate_limits"] }
        #expect(limits == [.array([.text("default"), .text("slow")]), .array([]), .array([.text("default")])])
        let text = try GatehouseBinary.run(["routes", "--config", file]).output.split(separator: "\n")
        #expect(text.first { $0.hasPrefix("both") }?.contains(" default,slow ") == true)
        #expect(try GatehouseBinary.run(["check", "--config", file]).output.contains("2 quotas"))
        withExtendedLifetime(scratch) {}
    }

    @Test
    func `check and config dump know accounts, quotas and the audit log`() throws {
        let shell = try AccountsShell()
        let check = try shell.run(["check"])
        #expect(check.status == 0 && check.output.contains("1 issuer") && check.output.contains("accounts, audit log"))
        let dump = try shell.run(["config", "dump", "--origins"])
        for word in ["sqlite:", "accounts.db", "signing:", "audit:", "rate_limits:", "failures:", "19MiB", "1MiB"] {
            #expect(dump.output.contains(word) == (word != "19MiB"), "\(word)")
        }
        let json = try shell.run(["config", "dump", "--format", "json"])
        #expect(json.status == 0 && JSONValue(parsing: json.output) != nil)
    }

    @Test
    func `token mint makes a token that token inspect and the gate accept`() throws {
        let scene = try Scene()
        try scene.play { scene in
            let file = scene.sidecar.scratch.file("proxy.conf")
            let mint = try GatehouseBinary.run(
                [
                    "token", "mint", "--config", file, "--subject", "alice", "--lifetime", "5m", "--scope", "a b",
                    "--claim", "email=a@b.test",
                ])
            #expect(mint.status == 0, "\(mint.errors)")
            let token = String(mint.output.filter { !$0.isNewline })
            LogHygiene.forbid(token: token)
            #expect(try scene.ask(token: token).status == 200)
            let inspect = try GatehouseBinary.run(
                ["token", "inspect", "--config", file, "--format", "json"],
                input: token + "\n"
            )
            let document = try #require(JSONValue(parsing: inspect.output), "\(inspect.errors)")
            #expect(inspect.status == 0 && document["valid"] == .boolean(true) && document["reason"] == .null)
            #expect(document["issuer"]?.string == "test" && document["claims"]?["sub"]?.string == "alice")
            #expect(document["claims"]?["scope"]?.string == "a b" && document["claims"]?["email"]?.string == "a@b.test")
            let json = try GatehouseBinary.run([
                "token", "mint", "--config", file, "--subject", "bob", "--format", "json",
            ])
            let minted = try #require(JSONValue(parsing: json.output))
            LogHygiene.forbid(token: minted["access_token"]?.string ?? "")
            #expect(minted["token_type"]?.string == "Bearer" && minted["expires_in"]?.integer == 300)
        }
    }

    @Test(arguments: [
        ("expired", ["exp": "1700000000"]), ("not_yet_valid", ["nbf": "9999999999", "exp": "99999999999"]),
        ("wrong_issuer", ["iss": "\"https://other.test/\""]), ("wrong_audience", ["aud": "\"other\""]),
    ])
    func `token inspect says why a token would be refused, and exits 1`(
        _ reason: String,
        _ claims: [String: String]
    ) throws {
        let signer = try TokenSigner(.HS256)
        var configuration = ProxyConfiguration(target: "http://127.0.0.1:9")
        configuration.trust(signer)
        let (scratch, file) = try write(configuration)
        let inspect = try GatehouseBinary.run([
            "token", "inspect", "--config", file, "--format", "json", signer.token(claims),
        ])
        #expect(inspect.status == 1)
        let document = try #require(JSONValue(parsing: inspect.output), "\(inspect.errors)")
        #expect(document["valid"] == .boolean(false) && document["reason"]?.string == reason)
        withExtendedLifetime(scratch) {}
    }

    @Test
    func `token inspect tells a malformed token from a forged one`() throws {
        let (scratch, file) = try write(Self.good())
        let token = try Self.signer.get().token()
        let signature = token.split(separator: ".").last ?? ""
        let forged = token.dropLast(signature.count) + (signature.hasPrefix("A") ? "B" : "A") + signature.dropFirst()
        for (text, reason) in [("junk", "malformed"), (String(forged), "bad_signature")] {
            let command = try GatehouseBinary.run(
                ["token", "inspect", "--config", file, "--format", "json"],
                input: text
            )
            #expect(command.status == 1)
            #expect(JSONValue(parsing: command.output)?["reason"]?.string == reason)
        }
        withExtendedLifetime(scratch) {}
    }

    @Test
    func `healthcheck exits 0 while the gate is ready and 1 when it is not there`() throws {
        let scene = try Scene()
        let file = scene.sidecar.scratch.file("proxy.conf")
        try scene.play { _ in
            let ready = try GatehouseBinary.run(["healthcheck", "--config", file])
            #expect(ready.status == 0, "\(ready.errors)")
        }
        #expect(try GatehouseBinary.run(["healthcheck", "--config", file]).status == 1)
    }

    @Test
    func `without --config the file is proxy.conf here, GATEHOUSE_CONFIG names another, and --config beats both`()
        throws
    {
        let scratch = try Scratch("where")
        for (name, file) in [("here", "proxy.conf"), ("named", "named.conf"), ("told", "told.conf")] {
            var configuration = ProxyConfiguration(target: "http://127.0.0.1:9")
            configuration.routes = ["{ name: \(name), path: /**, access: public }"]
            try scratch.write(file, configuration.text(ports: [20_001, 20_002], accessLog: "stdout"))
        }
        let named = ["GATEHOUSE_CONFIG": scratch.file("named.conf")]
        let cases: [([String], [String: String], String)] = [
            ([], [:], "here"), ([], named, "named"), (["--config", "told.conf"], named, "told"),
        ]
        for (arguments, environment, name) in cases {
            let routes = try GatehouseBinary.run(
                ["routes", "--format", "json"] + arguments,
                environment: environment,
                folder: scratch.path
            )
            #expect(JSONValue(parsing: routes.output)?.items?.first?["name"]?.string == name, "\(routes.errors)")
        }
    }

    private static let signer = Result { try TokenSigner(.HS256) }

    private static func good() throws -> ProxyConfiguration {
        var configuration = ProxyConfiguration(target: "http://127.0.0.1:9")
        configuration.trust(try Self.signer.get())
        return configuration
    }

    private func write(_ configuration: ProxyConfiguration) throws -> (Scratch, String) {
        let scratch = try Scratch("command")
        let text = configuration.text(ports: [20_001, 20_002], accessLog: "stdout")
        return (scratch, try scratch.write("proxy.conf", text))
    }
}
