import GatehouseConfig
import Testing

@Suite struct AccountsSettingsTests {
    @Test func `accounts need four keys and get every other default of the format`() throws {
        let folder = try ConfigurationFolder()
        let settings = try #require(folder.read(AccountsConfiguration.text()).settings)
        let accounts = try #require(settings.accounts)
        #expect(accounts.database == .sqlite(path: "\(folder.path)/accounts.db"))
        #expect(accounts.issuer == "https://api.example.com" && accounts.audience == ["orders"])
        #expect(accounts.issuerName == "accounts" && accounts.scopes.isEmpty)
        #expect(accounts.signing.keysPath == "\(folder.path)/signing-keys")
        #expect(accounts.signing.rotateEvery == .seconds(90 * 86_400))
        #expect(accounts.signing.activateAfter == .seconds(3600))
        #expect(accounts.accessTokenLifetime == .seconds(900))
        #expect(accounts.refreshTokenLifetime == .seconds(30 * 86_400))
        let passwords = accounts.passwords
        #expect(passwords.minimumLength == 12 && passwords.minimumStrength == 10)
        #expect(passwords.argon2.memoryKiB == 19 * 1024 && passwords.argon2.iterations == 2)
        #expect(passwords.argon2.parallelism == 1 && passwords.concurrency == 2 && passwords.queue == 64)
        // A route needs no other issuer, and the embedded one is not among the foreign ones.
        #expect(settings.routes.map(\.access) == [.authenticated] && settings.tokens.issuers.isEmpty)
    }

    @Test func `scopes, lifetimes and the name of the issuer are taken from the file`() throws {
        let extra = """
            tokens:
              issuers:
                - { name: main, issuer: https://id.example.com, audience: a, secret_file: jwt }
                - { name: own, accounts: true }
            """
        let keys = [
            "scopes: { user: [profile, profile], admin: [profile, \"orders:read\"], nobody: [] }",
            "access_token_lifetime: 1s", "refresh_token_lifetime: 2h",
        ]
        let text = AccountsConfiguration.text(keys: keys, extra: extra)
        let settings = try #require(try ConfigurationFolder().read(text).settings)
        let accounts = try #require(settings.accounts)
        #expect(accounts.issuerName == "own" && settings.tokens.issuers.map(\.name) == ["main"])
        #expect(accounts.scopes.map(\.role) == ["user", "admin", "nobody"])
        #expect(accounts.scopes.map(\.scopes) == [["profile"], ["profile", "orders:read"], []])
        #expect(accounts.accessTokenLifetime == .seconds(1) && accounts.refreshTokenLifetime == .seconds(7200))
    }

    @Test func `DATABASE_URL beats the file, or stands for its key`() throws {
        let folder = try ConfigurationFolder()
        let environment = ["DATABASE_URL": "sqlite:folder/other.db"]
        for database in ["database: \"sqlite:accounts.db\"", ""] {
            let result = folder.read(AccountsConfiguration.text(database: database), environment: environment)
            #expect(result.settings?.accounts?.database == .sqlite(path: "\(folder.path)/folder/other.db"))
            let line = "  database: sqlite:\(folder.path)/folder/other.db  # environment DATABASE_URL\n"
            #expect(result.dump?.yaml(origins: true).contains(line) == true)
        }
        let without = folder.read(AccountsConfiguration.text(database: ""), environment: ["DATABASE_URL": ""])
        #expect(without.errors.map(\.message) == ["`database` is missing in `accounts`"])
    }

    @Test func `a password in DATABASE_URL is not shown`() throws {
        let environment = ["DATABASE_URL": "postgresql://gate:xQzvWkJhGf@db/gate"]
        let result = try ConfigurationFolder().read(AccountsConfiguration.text(), environment: environment)
        #expect(result.errors.map(\.message) == ["DATABASE_URL: `postgresql:` not supported in this version"])
        #expect(!result.diagnostics.map(\.rendered).joined().contains("xQzvWkJhGf"))
    }

    @Test(arguments: [
        "https://localhost", "https://api.example.com/", "https://api.example.com:8443/auth/v1",
        "https://[2001:db8::1]/a", "https://127.0.0.1",
    ])
    func `good issuers pass as they are`(issuer: String) throws {
        let result = try ConfigurationFolder().read(AccountsConfiguration.text(issuer: "\"\(issuer)\""))
        #expect(result.settings?.accounts?.issuer == issuer, "\(result.diagnostics.map(\.rendered))")
    }

    @Test(arguments: ["http://localhost", "http://localhost:8080/a", "http://127.0.0.1:1", "http://[::1]:8443"])
    func `plain issuers on loopback are for development`(issuer: String) throws {
        let folder = try ConfigurationFolder()
        let written = "\"\(issuer)\""
        #expect(folder.read(AccountsConfiguration.text(mode: "development", issuer: written)).settings != nil)
        #expect(folder.read(AccountsConfiguration.text(issuer: written)).settings == nil)
    }

    @Test(arguments: [
        "https://", "https:///a", "https://a b", "https://a/\\u0062\\\\", "ftp://a.test", "https://a.test?x",
        "https://a.test#x",
        "https://u@a.test", "https://u:p@a.test", "https://a.test:0", "https://a.test:x", "https://[::1", "https://-a",
        "https://a.test/é", "https://a.test/<x>", "http://localhost.evil.test", "http://127.evil.test", "a", "//a.test",
        "http://10.0.0.1", "http://[7f00::1]",
    ])
    func `bad issuers are refused in both modes`(issuer: String) throws {
        let folder = try ConfigurationFolder()
        for mode in ["production", "development"] {
            let result = folder.read(AccountsConfiguration.text(mode: mode, issuer: "\"\(issuer)\""))
            #expect(result.errors.contains { $0.message.hasPrefix("issuer: ") || $0.message.contains("`issuer`") })
        }
    }

    @Test func `the audit log is required unless the file says otherwise`() throws {
        let folder = try ConfigurationFolder()
        #expect(folder.read(SmallConfiguration.text()).settings?.audit == nil)
        let log = try #require(folder.read(SmallConfiguration.text(extra: "audit: { file: a.jsonl }")).settings?.audit)
        #expect(log.path == "\(folder.path)/a.jsonl" && log.isRequired)
        let other = folder.read(SmallConfiguration.text(extra: "audit: { file: /tmp/a.jsonl, required: off }"))
        #expect(other.settings?.audit?.path == "/tmp/a.jsonl" && other.settings?.audit?.isRequired == false)
    }
}
