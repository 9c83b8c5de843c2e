import Glibc
import Testing
import TestSupport

/// The Redis servers that other tests rely on do what those tests take for granted.
@Suite(.blocking)
struct RedisFixtureTests {
    @Test
    func `a server answers, and comes back empty on the same port after kill -9`() throws {
        let server = try RedisServer()
        #expect(try server.expect("SET", "a", "1") == .simple("OK"))
        #expect(try server.cli("GET", "a").text == "1")
        #expect(try server.cli("NONSENSE").isError)
        let before = server.identifier
        try server.kill()
        #expect((try? Socket.connect(port: server.port)) == nil)
        try server.restart()
        #expect(server.identifier != before)
        #expect((try? Socket.connect(port: server.port)) != nil)
        #expect(try server.cli("GET", "a") == .bulk(nil))
    }

    @Test
    func `a durable server keeps its data over kill -9`() throws {
        var options = RedisServer.Options()
        options.isDurable = true
        let server = try RedisServer(options)
        try server.expect("SET", "a", "kept")
        try server.kill()
        try server.restart()
        #expect(try server.cli("GET", "a").text == "kept")
    }

    @Test
    func `a paused server takes connections and answers nothing until it is resumed`() throws {
        let server = try RedisServer()
        server.pause()
        #expect((try? Socket.connect(port: server.port)) != nil)
        #expect(throws: SocketEnd.timedOut) { try server.cli("PING", seconds: 0.3) }
        server.resume()
        #expect(try server.cli("PING") == .simple("PONG"))
    }

    @Test
    func `scriptFlush makes the server forget a script`() throws {
        let server = try RedisServer()
        let digest = try #require(try server.expect("SCRIPT", "LOAD", "return 7").text)
        #expect(try server.cli("EVALSHA", digest, "0") == .integer(7))
        try server.scriptFlush()
        #expect(try server.cli("EVALSHA", digest, "0").text == RedisErrorText.noScript.text)
    }

    @Test
    func `a server with a password refuses others, and a user has only the rights of the rules`() throws {
        var options = RedisServer.Options()
        options.password = "hush-hush"
        let guarded = try RedisServer(options)
        #expect(try ask(guarded, ["GET", "a"]).text == RedisErrorText.noAuthentication.text)
        #expect(try ask(guarded, ["AUTH", "wrong"]).text == RedisErrorText.wrongPassword.text)
        #expect(try guarded.cli("PING") == .simple("PONG"))
        options.password = nil
        options.user = RedisServer.User("gate", password: "for-the-gate", rules: "~gh:* +get +set")
        let limited = try RedisServer(options)
        #expect(try ask(limited, ["GET", "gh:a"]).text == RedisErrorText.noAuthentication.text)
        let login = ["AUTH", "gate", "for-the-gate"]
        #expect(try ask(limited, login, ["SET", "gh:a", "1"]) == .simple("OK"))
        #expect(try ask(limited, login, ["SET", "other", "1"]).text?.hasPrefix("NOPERM ") == true)
        #expect(try ask(limited, login, ["DEL", "gh:a"]).text?.hasPrefix("NOPERM ") == true)
        #expect(try limited.cli("GET", "gh:a").text == "1")
    }

    @Test
    func `a TLS server serves only those who bring a certificate of its authority`() throws {
        let files = try TLSFiles.shared()
        var options = RedisServer.Options()
        options.tls = files
        let server = try RedisServer(options)
        let base = ["redis-cli", "-p", "\(server.port)", "--tls", "--cacert", files.authority]
        let client = try ClientCertificate.shared()
        let good = ["--cert", client.certificate, "--key", client.key, "PING"]
        #expect(try Command.run(base + good).output == "PONG\n")
        #expect(try Command.run(base + ["PING"]).output.contains("PONG") == false)
        let stranger = try ClientCertificate(authority: TLSFiles())
        let bad = ["--cert", stranger.certificate, "--key", stranger.key, "PING"]
        #expect(try Command.run(base + bad).output.contains("PONG") == false)
        #expect(try Command.run(["redis-cli", "-p", "\(server.port)", "PING"]).output.contains("PONG") == false)
    }

    @Test
    func `the Sentinels replace a killed master, and it comes back as a replica`() throws {
        let group = try RedisSentinelGroup()
        let first = try group.master()
        #expect(first === group.servers[0])
        try first.expect("SET", "a", "1")
        #expect(try group.killMaster() === first)
        let second = try group.waitForMaster(otherThan: first)
        #expect(second === group.servers[1])
        #expect(try second.expect("SET", "b", "2") == .simple("OK"))
        try first.restart()
        try wait(for: "the old master to follow the new one", seconds: 60) { first.isReplica }
        #expect(try first.cli("SET", "c", "3").text == RedisErrorText.readOnly.text)
    }

    @Test
    func `Sentinels with passwords fail over on demand`() throws {
        var options = RedisSentinelGroup.Options()
        options.server.password = "of-the-servers"
        options.sentinelPassword = "of-the-sentinels"
        let group = try RedisSentinelGroup(options)
        #expect(try ask(group.sentinels[0], ["PING"]).text == RedisErrorText.noAuthentication.text)
        let first = try group.master()
        #expect(try group.failover() !== first)
    }

    @Test
    func `the cluster survives the loss of a master`() throws {
        let cluster = try RedisClusterGroup()
        let key = "{a}1"
        let first = try cluster.master(of: key)
        try first.expect("SET", key, "1")
        #expect(try first.cli("WAIT", "1", "5000") == .integer(1))
        #expect(try cluster.killMaster(of: key) === first)
        let second = try cluster.waitForMaster(of: key, otherThan: first)
        #expect(try second.cli("GET", key).text == "1")
        try first.restart()
        try wait(for: "the old master to follow the new one", seconds: 60) { first.isReplica }
        try cluster.waitUntilWhole()
    }

    @Test
    func `a slot moves with its keys, and answers ASK on its way`() throws {
        let cluster = try RedisClusterGroup()
        let keys = (0..<3).map { "{moving}\($0)" }
        let slot = KeySlot.slot(of: keys[0])
        #expect(try cluster.slot(of: keys[0]) == slot)
        let source = try cluster.master(ofSlot: slot)
        let target = try #require(cluster.nodes.prefix(3).first { $0 !== source })
        for key in keys { try source.expect("SET", key, "1") }
        #expect(try target.cli("GET", keys[0]).text == RedisErrorText.moved(slot: slot, to: source.address).text)
        try cluster.beginMoving(slot, to: target)
        #expect(try source.cli("GET", "{moving}new").text == RedisErrorText.ask(slot: slot, at: target.address).text)
        #expect(try source.cli("MGET", keys[0], "{moving}new").text == RedisErrorText.tryAgain.text)
        try cluster.moveKeys(of: slot, from: source, to: target)
        try cluster.finishMoving(slot, to: target)
        #expect(try target.cli("GET", keys[2]).text == "1")
        #expect(try source.cli("GET", keys[0]).text == RedisErrorText.moved(slot: slot, to: target.address).text)
    }

    @Test
    func `a faulty server does what the test says`() throws {
        let server = try FaultyRedis()
        let socket = try Socket.connect(port: server.port)
        let reader = RESPReader(socket)
        func say(_ arguments: String..., seconds: Double = 10) throws -> RESPValue {
            try socket.send(RESPValue.command(arguments).encoded)
            return try reader.value(within: Deadline(seconds: seconds))
        }
        #expect(try say("PING") == .simple("PONG"))
        server.become { _ in .error(.busy) }
        #expect(try say("EVALSHA", "x", "0").text == RedisErrorText.busy.text)
        server.become { _ in .trickle(RESPValue.integer(12).encoded, pauseSeconds: 0.001) }
        #expect(try say("EVALSHA", "x", "0") == .integer(12))
        server.become { _ in .late(seconds: 0.05, .ok) }
        let start = ContinuousClock.now
        #expect(try say("SET", "a", "1") == .simple("OK"))
        #expect(start.duration(to: .now) >= .milliseconds(50))
        server.become { _ in .silence }
        #expect(throws: SocketEnd.timedOut) { try say("script", "load", "return 1", seconds: 0.2) }
        server.become { _ in .halfAnswer }
        #expect(throws: SupportFailure.self) { try say("GET", "a") }
        #expect(server.calls.map(\.name) == ["PING", "EVALSHA", "EVALSHA", "SET", "SCRIPT LOAD", "GET"])
        try wait(for: "the connection to be over") { server.openCount == 0 }
        #expect(server.connectionCount == 1)
        server.stop()
        try wait(for: "the server to be away") { (try? Socket.connect(port: server.port)) == nil }
    }

    /// Sends commands over TCP as a stranger and returns the last answer.
    private func ask(_ server: RedisServer, _ commands: [String]...) throws -> RESPValue {
        let socket = try Socket.connect(port: server.port)
        let reader = RESPReader(socket)
        var answer = RESPValue.bulk(nil)
        for command in commands {
            try socket.send(RESPValue.command(command).encoded)
            answer = try reader.value(within: Deadline(seconds: 10))
        }
        return answer
    }
}
