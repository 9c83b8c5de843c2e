import Foundation
import Glibc
import Testing
import TestSupport

/// A database that is locked, deleted, replaced, damaged or out of reach while the gate serves.
@Suite(.blocking)
struct StoreFaultTests {
    @Test
    func `a database that another process holds is 503 for mutations, while reads and proxied traffic go on`() throws {
        try play { scene, client, grant in
            let lock = try Lock(scene.sidecar.scratch.file("accounts.db"))
            try client.signUp(AccountClient.name()).expectProblem(503, "database_unavailable")
            try client.send("PATCH /api/v1/users/me", ["full_name": "x"], token: grant.access)
                .expectProblem(503, "database_unavailable")
            #expect(try client.me(grant.access).status == 200)
            #expect(try client.sessions(grant.access).count == 1)
            try expectProxied(client, grant)
            try expectNamed(scene, "accounts database")
            lock.release()
        }
    }

    @Test
    func `a lock that goes in time is waited for, and nobody notices`() throws {
        try play { scene, client, _ in
            let lock = try Lock(scene.sidecar.scratch.file("accounts.db"), seconds: 1)
            #expect(try client.signUp(AccountClient.name()).status == 201)
            lock.release()
        }
    }

    @Test(arguments: [
        "deleted", "replaced by nothing", "replaced by a text", "replaced by another database", "a folder",
    ])
    func `a database that is gone or another thing is 503, is not made anew, and is used again when it is back`(
        _ what: String
    ) throws {
        try play { scene, client, grant in
            let file = scene.sidecar.scratch.file("accounts.db")
            let names = ["accounts.db", "accounts.db-wal", "accounts.db-shm"]
            try setAside(names, in: scene.sidecar.scratch, back: false)
            switch what {
            case "deleted": break
            case "replaced by nothing": try scene.sidecar.scratch.write("accounts.db", "")
            case "replaced by a text":
                try scene.sidecar.scratch.write("accounts.db", String(repeating: "no database\n", count: 1000))
            case "a folder":
                try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
            default: _ = try client.database("CREATE TABLE users (id TEXT)")
            }
            try wait(for: "the gate to notice", seconds: 20) { try client.signUp(AccountClient.name()).status == 503 }
            try client.signUp(AccountClient.name()).expectProblem(503, "database_unavailable")
            try client.logIn(grant.name).expectProblem(503, "database_unavailable")
            try client.me(grant.access).expectProblem(503, "database_unavailable")
            try expectProxied(client, grant)
            try expectNamed(scene, "accounts database")
            if what == "deleted" { #expect(!FileManager.default.fileExists(atPath: file)) }
            for name in names { unsafe unlink(scene.sidecar.scratch.file(name)) }
            unsafe rmdir(file)
            try setAside(names, in: scene.sidecar.scratch, back: true)
        }
    }

    @Test
    func `a gate starts while its database is no database, says so, and serves accounts once it is one`() throws {
        let shell = try AccountsShell()
        let ports = try [20_001, 20_002].map { ($0, try FreePort.next()) }
        let text = ports.reduce(Scratch.text(at: shell.file)) { $0.replacing(":\($1.0)", with: ":\($1.1)") }
        try text.write(toFile: shell.file, atomically: true, encoding: .utf8)
        let file = shell.folder + "/accounts.db"
        try String(repeating: "no database\n", count: 1000).write(toFile: file, atomically: true, encoding: .utf8)
        let process = try ChildProcess([GatehouseBinary.path(), "serve", "--config", shell.file])
        defer { process.signal(SIGKILL) }
        let admin = "http://127.0.0.1:\(ports[1].1)"
        let gate = "http://127.0.0.1:\(ports[0].1)"
        try wait(for: "the gate to listen", seconds: 60) { (try? Curl.status([admin + "/readyz"])) == 503 }
        #expect(try Curl.run([admin + "/readyz"]).output.contains("accounts database"))
        let body = ["-H", "Content-Type: application/json", "-d", #"{"username": "x", "password": "x"}"#]
        #expect(try Curl.status(body + [gate + "/api/v1/auth/login"]) == 503)
        #expect(try Curl.status([gate + "/.well-known/jwks.json"]) == 200)
        try FileManager.default.removeItem(atPath: file)
        try wait(for: "the gate to be ready", seconds: 60) { try Curl.status([admin + "/readyz"]) == 200 }
        #expect(try Curl.status(body + [gate + "/api/v1/auth/login"]) == 401)
    }

    /// Plays a fault; before it everything works, and after it everything works again by itself.
    private func play(_ fault: (Scene, AccountClient, AccountGrant) throws -> Void) throws {
        let scene = try AccountScene.make()
        try scene.play { scene in
            let client = AccountClient(scene.sidecar)
            let grant = try client.newcomer()
            try fault(scene, client, grant)
            try expectRecovery(client, grant)
            #expect(try client.database("PRAGMA integrity_check") == "ok")
        }
    }

    private func expectRecovery(_ client: AccountClient, _ grant: AccountGrant) throws {
        try wait(for: "the accounts to be back", seconds: 60) {
            try client.signUp(AccountClient.name()).status == 201 && client.sidecar.admin("/readyz").status == 200
        }
        #expect(try client.logIn(grant.name).status == 200 && client.me(grant.access).status == 200)
    }

    private func expectProxied(_ client: AccountClient, _ grant: AccountGrant) throws {
        let answer = try client.send("GET /closed/a", token: grant.access)
        #expect(answer.status == 200)
    }

    private func expectNamed(_ scene: Scene, _ name: String) throws {
        try wait(for: "/readyz to name it", seconds: 30) {
            let answer = try scene.sidecar.admin("/readyz")
            return answer.status == 503 && answer.text.contains(name)
        }
        #expect(try scene.sidecar.admin("/livez").status == 200)
    }

    private func setAside(_ names: [String], in scratch: Scratch, back: Bool) throws {
        // The database itself comes back last: without its log it would be an older state of itself.
        let ordered = back ? names.reversed() : names
        for name in ordered where FileManager.default.fileExists(atPath: scratch.file((back ? "aside-" : "") + name)) {
            let (here, aside) = (scratch.file(name), scratch.file("aside-" + name))
            try FileManager.default.moveItem(atPath: back ? aside : here, toPath: back ? here : aside)
        }
    }

    /// Another process that holds the database for writing.
    private struct Lock {
        private let process: ChildProcess

        init(_ file: String, seconds: Double = 600) throws {
            let script = """
                import sqlite3, sys, time
                database = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
                database.execute("BEGIN EXCLUSIVE")
                print("held", flush=True)
                time.sleep(float(sys.argv[2]))
                database.execute("ROLLBACK")
                """
            let process = try ChildProcess(["python3", "-c", script, file, "\(seconds)"])
            try wait(for: "the lock", seconds: 60) { process.output.contains("held") }
            self.process = process
        }

        func release() { process.signal(SIGKILL) }
    }
}
