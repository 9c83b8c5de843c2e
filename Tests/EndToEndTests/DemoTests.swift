import Foundation
import Glibc
import Testing
import TestSupport

/// `demo`: what it prints is run by a shell, letter by letter.
@Suite(.blocking)
struct DemoTests {
    /// Where the quotas of a demo are counted.
    enum Quotas: CaseIterable { case memory, redis }

    @Test(.serialized, arguments: Quotas.allCases)
    func `demo prints lines that sign up, log in, ask who I am and call the app, as printed and twice`(
        _ quotas: Quotas
    ) throws {
        let scratch = try Scratch("demo")
        let redis = quotas == .redis ? try RedisServer() : nil
        let demo = try Demo(in: scratch.file("data"), environment: ["REDIS_URL": redis?.url ?? ""])
        for round in 1...2 {
            let answers = try demo.lines.map { try Command.run(["bash", "-c", $0], folder: "/", seconds: 60) }
            guard answers.count == 8 else { throw SupportFailure("\(answers.count) lines: \(demo.lines)") }
            #expect(answers.allSatisfy { $0.status == 0 && $0.errors.isEmpty }, "\(answers)")
            let documents = answers.map { JSONValue(parsing: $0.output) }
            if round == 1 {
                let user = documents[0]?["user"]
                #expect(user?["email"]?.string == "user@company.com" && user?["full_name"]?.string == "User Name")
                #expect(user?["organization_name"]?.string == "Company Name")
                #expect(documents[0]?["token_type"]?.string == "Bearer")
            } else {
                #expect(documents[0]?["code"]?.string == "email_taken", "\(answers[0].output)")
            }
            let token = answers[1].output.filter { !$0.isNewline }
            #expect(token.split(separator: ".").count == 3)
            LogHygiene.forbid(token: token)
            #expect(documents[2]?["username"]?.string == "user", "\(answers[2].output)")
            #expect(documents[3]?["path"]?.string == "/orders")
            #expect(documents[3]?["headers"]?["X-User-Email"]?.string == "user@company.com", "\(answers[3].output)")
            #expect(documents[3]?["headers"]?["Authorization"] == nil)
            #expect(documents[4]?["code"]?.string == "missing_token")
            #expect(documents[5]?["path"]?.string == "/healthz")
            #expect(answers[6].output.contains("user@company.com"))
            #expect(answers[7].output.split(separator: ".").count == 3)
        }
        if let redis {
            #expect(try redis.expect("KEYS", "gh:*").members.isEmpty == false)
        }
        try demo.end()
        try StarterFolder(scratch.file("data")).expectPrivateSecrets()
    }

    @Test
    func `demo --data used again keeps accounts and keys, and --upstream fronts an app of one's own`() throws {
        let scratch = try Scratch("demo")
        let upstream = try EchoUpstream.start()
        defer { upstream.stop() }
        let arguments = ["--upstream", "http://127.0.0.1:\(upstream.port)"]
        let first = try Demo(in: scratch.file("data"), arguments)
        _ = try Command.run(["bash", "-c", first.lines[0]])
        let token = try Command.run(["bash", "-c", first.lines[1]]).output
        try first.end()
        let second = try Demo(in: scratch.file("data"), arguments, port: first.port)
        let me = second.lines[2].replacing("$(cat \(scratch.file("data"))/token)", with: token.filter { !$0.isNewline })
        #expect(try JSONValue(parsing: Command.run(["bash", "-c", me]).output)?["username"]?.string == "user")
        _ = try Command.run(["bash", "-c", second.lines[1]])
        _ = try Command.run(["bash", "-c", second.lines[3]])
        #expect(upstream.requestCount == 1)
        try second.end()
    }

    @Test
    func `a REDIS_URL that is none is said without its password, and nothing is left behind`() throws {
        let scratch = try Scratch("demo")
        let port = try FreePort.next()
        for url in ["redis:/x:hushhush@nowhere", "http://user:hushhush@127.0.0.1:6379", "nonsense"] {
            let demo = try GatehouseBinary.run(
                ["demo", "--port", "\(port)", "--data", scratch.file("data")],
                environment: ["REDIS_URL": url]
            )
            #expect(demo.status == 78 && demo.output.isEmpty, "\(demo.errors)")
            #expect(demo.errors.contains("REDIS_URL") && !demo.errors.contains("hushhush"), "\(demo.errors)")
            #expect(!FileManager.default.fileExists(atPath: scratch.file("data")))
        }
    }

    @Test
    func `the request that the users' documentation prints is answered 201 by a demo, then login and who I am`() throws
    {
        let scratch = try Scratch("demo")
        let demo = try Demo(in: scratch.file("data"))
        let body = """
            {"email": "user@company.com", "password": "securepassword", "username": "user", "full_name": "User Name", \
            "organization_name": "Company Name", "team_name": "Engineering"}
            """
        let base = "https://localhost:\(demo.port)/api/v1"
        let fields = ["--cacert", scratch.file("data/ca.crt"), "-H", "Content-Type: application/json"]
        #expect(try Curl.status(fields + ["-d", body, base + "/auth/signup"]) == 201)
        let login = #"{"email": "user@company.com", "password": "securepassword"}"#
        let answer = try Curl.run(fields + ["-d", login, base + "/auth/login"])
        let token = try #require(JSONValue(parsing: answer.output)?["access_token"]?.string)
        LogHygiene.forbid(token: token)
        #expect(try Curl.status(fields + ["-H", "Authorization: Bearer \(token)", base + "/users/me"]) == 200)
        try demo.end()
    }

    @Test
    func `demo reads no other variable`() throws {
        let scratch = try Scratch("demo")
        let demo = try Demo(
            in: scratch.file("data"),
            environment: [
                "DATABASE_URL": "postgresql://nowhere/x", "JWT_SECRET_FILE": "/nowhere", "VAULT_ENABLED": "true",
                "VAULT_URL": "https://nowhere", "VAULT_TOKEN": "nothing", "GATEHOUSE_CONFIG": "/nowhere",
            ]
        )
        #expect(try JSONValue(parsing: Command.run(["bash", "-c", demo.lines[0]]).output)?["user"] != nil)
        try demo.end()
    }

    /// A running demo.
    private struct Demo {
        let port: Int
        /// The commands that it printed, in their order.
        let lines: [String]
        private let process: ChildProcess

        init(
            in folder: String,
            _ arguments: [String] = [],
            port: Int? = nil,
            environment: [String: String] = [:]
        ) throws {
            let port = try port ?? FreePort.next()
            let binary = try GatehouseBinary.path()
            let process = try ChildProcess(
                [binary, "demo", "--port", "\(port)", "--data", folder] + arguments,
                environment: environment
            )
            var lines: [String] = []
            try wait(for: "the demo to print its lines", seconds: 60) {
                guard process.status == nil else { throw SupportFailure("demo ended: \(process.errors)") }
                lines = process.output.split(separator: "\n").map(String.init).filter {
                    $0.hasPrefix("curl ") || $0.hasPrefix(binary) || $0.hasPrefix("/") && $0.contains(" --config ")
                }
                return process.output.contains("Press Ctrl-C") && (try? Socket.connect(port: port)) != nil
            }
            (self.port, self.lines, self.process) = (port, lines, process)
        }

        /// Ends it in order.
        func end() throws {
            process.signal(SIGTERM)
            #expect(try process.waitUntilExit(seconds: 15) == .exited(0))
            let log = process.output.split(separator: "\n").filter { $0.hasPrefix("{") }.joined(separator: "\n")
            #expect(LogHygiene.findings(in: process.errors + log, named: "the log").isEmpty)
        }
    }
}
