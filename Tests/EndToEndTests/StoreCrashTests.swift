import Foundation
import Glibc
import Testing
import TestSupport

/// `kill -9` at random moments during signups.
///
/// `GATEHOUSE_CRASHES` says how often; `scripts/crash-test` does it fifty times.
@Suite(.blocking, .serialized)
struct StoreCrashTests {
    private static let crashes =
        ProcessInfo.processInfo.environment["GATEHOUSE_CRASHES"].flatMap { Int($0) } ?? 8

    @Test(.tags(.slow), .timeLimit(.minutes(15)))
    func `after a kill at any moment the database is whole, whoever was answered 201 logs in, and the chain verifies`()
        throws
    {
        let shell = try AccountsShell { $0.sections.append("rate_limits: { failures: off }") }
        var answered: [String] = []
        for crash in 1...Self.crashes {
            let gate = try Gate(shell)
            let names = try gate.signUpUntilKilled(after: Double.random(in: 0.0...0.4))
            answered += names
            // Before anybody repairs anything, and while the next process serves.
            let next = try Gate(shell)
            #expect(try next.database("PRAGMA integrity_check") == "ok", "after \(crash) kills")
            #expect(try next.database("PRAGMA foreign_key_check") == "", "after \(crash) kills")
            for name in names { #expect(try next.logIn(name) == 200, "\(name) after \(crash) kills") }
            try expectChain(shell, answered.suffix(names.count), crash)
            next.process.signal(SIGKILL)
            try next.process.waitUntilExit()
        }
        #expect(answered.count >= Self.crashes, "only \(answered.count) signups were answered")
        let last = try Gate(shell)
        for name in answered { #expect(try last.logIn(name) == 200, "\(name)") }
        last.process.signal(SIGTERM)
        #expect(try last.process.waitUntilExit(seconds: 30) == .exited(0))
        try expectChain(shell, answered[...], Self.crashes)
    }

    private func expectChain(_ shell: AccountsShell, _ names: ArraySlice<String>, _ crash: Int) throws {
        let chain = try AccountChain(shell.folder + "/audit.jsonl")
        chain.expectWhole()
        let users = try shell.users("list").items ?? []
        let ids = Dictionary(users.map { ($0["username"]?.string ?? "", $0["id"]?.string ?? "") }) { $1 }
        for name in names {
            let events = chain.events(of: ids[name] ?? name)
            #expect(events.first == "user.signup success 201", "\(name) after \(crash) kills: \(events)")
        }
    }

    /// A gate on the folder of a shell, on ports of its own.
    private struct Gate {
        let process: ChildProcess
        private let port: Int
        private let folder: String

        init(_ shell: AccountsShell) throws {
            let ports = try [20_001, 20_002].map { ($0, try FreePort.next()) }
            let text = ports.reduce(Scratch.text(at: shell.file)) { $0.replacing(":\($1.0)", with: ":\($1.1)") }
            let file = shell.folder + "/served.conf"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let process = try ChildProcess([GatehouseBinary.path(), "serve", "--config", file])
            try wait(for: "the gate to be ready", seconds: 60) {
                guard process.status == nil else { throw SupportFailure("serve ended: \(process.errors)") }
                return (try? Self.status("GET /readyz", "", port: ports[1].1)) == 200
            }
            (self.process, port, folder) = (process, ports[0].1, shell.folder)
        }

        /// Signs up on six connections at once until the process is killed; the names that were answered 201.
        func signUpUntilKilled(after seconds: Double) throws -> [String] {
            let clients = try (0..<6).map { _ in try RawClient(port: port, seconds: 30) }
            let killer = try ChildProcess(["sh", "-c", "sleep \(seconds); kill -9 \(process.identifier)"])
            var answered: [String] = []
            var asked = Array(repeating: "", count: clients.count)
            var isAlive = true
            while isAlive {
                for (index, client) in clients.enumerated() {
                    asked[index] = AccountClient.name()
                    client.sendAsFarAsTaken(Wire.bytes(try Self.signup(asked[index])))
                }
                for (index, client) in clients.enumerated() {
                    guard let answer = try? client.answer() else {
                        isAlive = false
                        continue
                    }
                    guard answer.status == 201 else { throw SupportFailure("\(answer.status) \(answer.text)") }
                    answered.append(asked[index])
                }
            }
            #expect(try process.waitUntilExit(seconds: 30) == .killed(SIGKILL))
            try killer.waitUntilExit()
            return answered
        }

        func logIn(_ name: String) throws -> Int {
            let body = try AccountClient.object(["username": name, "password": AccountClient.password])
            return try Self.status("POST /api/v1/auth/login", body, port: port)
        }

        func database(_ statement: String) throws -> String {
            let script = """
                import sqlite3, sys
                rows = sqlite3.connect(sys.argv[1], timeout=30).execute(sys.argv[2]).fetchall()
                print("\\n".join(str(row[0]) for row in rows), end="")
                """
            return try Command.output(["python3", "-c", script, folder + "/accounts.db", statement], seconds: 60)
        }

        private static func signup(_ name: String) throws -> String {
            let members = ["email": "\(name)@company.test", "username": name, "password": AccountClient.password]
            let body = try AccountClient.object(members)
            return "POST /api/v1/auth/signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }

        private static func status(_ request: String, _ body: String, port: Int) throws -> Int {
            let client = try RawClient(port: port, seconds: 30)
            let fields = body.isEmpty ? "" : "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
            try client.send("\(request) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n\(body)")
            return try client.answer().status
        }
    }
}
