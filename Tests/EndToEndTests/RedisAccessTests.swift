import Testing
import TestSupport

/// Redis behind TLS, passwords and access control lists, as production runs it.
@Suite(.blocking)
struct RedisAccessTests {
    /// The rights that the README lists for a single server.
    private static let rights = [
        "+auth", "+ping", "+evalsha", "+eval", "+script|load", "+time", "+get", "+set", "+zadd", "+zremrangebyscore",
        "+zcard",
    ]
    private static let refusal = "refuses the configured name, password or rights"
    private static let policies = ["policies:", "  - { name: default, requests: 3, per: 1h, by: address }"]

    @Test
    func `the README lists the rights that these tests give`() throws {
        let text = Scratch.text(at: GatehouseBinary.packageRoot() + "/README.md")
        #expect(text.contains("`~gh:* " + Self.rights.joined(separator: " ") + "`"))
    }

    @Test
    func `TLS with a client's certificate and a password file is used, and nothing else is`() throws {
        let files = try TLSFiles.shared()
        let client = try ClientCertificate.shared()
        var options = RedisServer.Options()
        options.tls = files
        options.password = "a-long-password-of-redis"
        let server = try RedisServer(options)
        let scratch = try Scratch("redis-password")
        try scratch.write("password", "a-long-password-of-redis\n")
        LogHygiene.forbid("a-long-password-of-redis")
        let tls = "tls: { ca: \(files.authority), certificate: \(client.certificate), private_key: \(client.key) }"
        let settings = [
            "store: \(server.url)", "store_password_file: \(scratch.file("password"))", "timeout: 5s", tls,
        ]
        try QuotaGate(settings + Self.policies).play { gate in
            try gate.waitForStore()
            #expect(try gate.ask(4) == [200, 200, 200, 429])
            #expect(try gate.degraded() == 0)
        }
        #expect(try server.expect("KEYS", "gh:q:*").members.count == 1)
    }

    @Test(arguments: ["another authority", "another name", "no certificate", "a stranger's certificate", "plain"])
    func `a server or a client that cannot be trusted is a store that is away`(_ flaw: String) throws {
        let files = try flaw == "another name" ? TLSFiles(names: "DNS:elsewhere.test") : TLSFiles.shared()
        let client = try flaw == "a stranger's certificate" ? ClientCertificate(authority: TLSFiles()) : .shared()
        var options = RedisServer.Options()
        options.tls = files
        let server = try RedisServer(options)
        let trusted = try flaw == "another authority" ? TLSFiles() : files
        let pair = flaw == "no certificate" ? "" : ", certificate: \(client.certificate), private_key: \(client.key)"
        let url = flaw == "plain" ? "redis://\(server.address)/0" : server.url
        let tls = flaw == "plain" ? [] : ["tls: { ca: \(trusted.authority)\(pair) }"]
        try QuotaGate(["store: \(url)", "when_store_fails: deny"] + tls + Self.policies).play { gate in
            try wait(for: "the gate to have tried twice", seconds: 60) {
                try (server.info("total_connections_received").flatMap { Int($0) } ?? 0) > 0 && gate.readiness() != nil
            }
            #expect(try gate.ask(3) == [503, 503, 503])
            #expect(try gate.readiness()?.status == 503 && !gate.isStoreUp())
        }
        #expect(try server.expect("DBSIZE") == .integer(0))
    }

    @Test
    func `B-27: the rights of the README are enough, for the census too`() throws {
        try Self.withUser(Self.rights) { gate, server in
            try gate.waitForStore()
            #expect(try gate.ask(4) == [200, 200, 200, 429])
            try wait(for: "the process to announce itself") {
                try server.expect("ZCARD", "gh:processes").integer == 1
            }
            try server.scriptFlush()
            #expect(try gate.ask(1) == [429])
            #expect(try gate.degraded() == 0 && !gate.log.contains(Self.refusal), "\(gate.log)")
        }
    }

    @Test(arguments: ["+evalsha", "+script|load", "+time", "+get", "+set"])
    func `B-27: without a right the store is away, and the log names what is missing`(_ right: String) throws {
        try Self.withUser(Self.rights.filter { $0 != right }) { gate, _ in
            // Some are found out by the first request only.
            #expect(try gate.ask(2) == [503, 503])
            try wait(for: "the log to tell") { gate.log.contains(Self.refusal) }
            try gate.waitForAbsence()
            #expect(try gate.ask(2) == [503, 503])
            let lines = gate.log.split(separator: "\n")
            #expect(lines.count { $0.contains(Self.refusal) && $0.contains(#""level":"error""#) } == 1, "\(gate.log)")
        }
    }

    @Test(arguments: ["+zadd", "+zremrangebyscore", "+zcard", "+eval"])
    func `B-27: processes that cannot count each other say so in the log`(_ right: String) throws {
        try Self.withUser(Self.rights.filter { $0 != right }) { gate, _ in
            try wait(for: "the log to tell", seconds: 20) {
                gate.log.contains(Self.refusal)
            }
        }
    }

    @Test(arguments: ["wrong password", "wrong user", "no password"])
    func `B-27: a login that fails is a store that is away, and no password is in the log`(_ flaw: String) throws {
        LogHygiene.forbid("not-the-password")
        let password = flaw == "no password" ? nil : flaw == "wrong user" ? "for-the-gate" : "not-the-password"
        try Self.withUser(Self.rights, as: flaw == "wrong user" ? "stranger" : "gate", password) { gate, _ in
            try wait(for: "the log to tell") { gate.log.contains(Self.refusal) }
            #expect(try gate.ask(2) == [503, 503])
        }
    }

    /// Runs a test on a gate whose user in Redis has some rights.
    private static func withUser(
        _ rights: [String],
        as name: String = "gate",
        _ password: String? = "for-the-gate",
        _ test: (QuotaGate, RedisServer) throws -> Void
    ) throws {
        var options = RedisServer.Options()
        let rules = "~gh:* " + rights.joined(separator: " ")
        options.user = RedisServer.User("gate", password: "for-the-gate", rules: rules)
        let server = try RedisServer(options)
        LogHygiene.forbid("for-the-gate")
        let login = password.map { "\(name):\($0)@" } ?? ""
        let settings = ["store: redis://\(login)\(server.address)/0", "timeout: 5s", "when_store_fails: deny"]
        try QuotaGate(settings + policies).play { gate in try test(gate, server) }
    }
}
