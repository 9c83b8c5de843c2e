import Foundation
import GatehouseAccounts
import GatehouseCore
import Glibc
import TestSupport
import Testing

@testable import GatehouseStores

@Suite struct SQLiteCrashTests {
    @Test func `kill -9 at 50 moments during signups loses nothing that was answered`() async throws {
        let scratch = try Scratch("sqlite-crash")
        for round in 0..<50 {
            let folder = scratch.path
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, round = round as Int] in
                try await SQLiteCrashTests.signUpUntilKilled(in: folder, round: round)
            }
            try await SQLiteCrashTests.verify(scratch)
        }
        #expect(Scratch.text(at: scratch.file("answered")).split(separator: "\n").count >= 40)
    }

    @Test func `several processes share one file, and each name is taken once`() async throws {
        let scratch = try Scratch("sqlite-shared")
        let folder = scratch.path
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [folder = folder as String] in
                        let log = AuditLogFile(path: folder + "/audit.jsonl")
                        let store = SQLiteStore(path: folder + "/accounts.db", audit: log, patience: .seconds(60))
                        try await store.prepare()
                        for number in 0..<20 {
                            do throws(StoreFault) {
                                try await store.signUp(.named("user\(number)"))
                            } catch {
                                guard error == .emailTaken else { throw error }
                            }
                        }
                    }
                }
            }
        }
        try await Self.verify(scratch)
        let reading = try AuditReading(scratch.file("audit.jsonl"))
        #expect(reading.texts("event") == ["db.migrate"] + [String](repeating: "user.update", count: 20))
    }

    /// Signs up one account after the other, and writes down each that was answered, until a thread ends the process.
    private static func signUpUntilKilled(in folder: String, round: Int) async throws {
        let store = SQLiteStore(
            path: folder + "/accounts.db",
            audit: AuditLogFile(path: folder + "/audit.jsonl"),
            patience: .seconds(60)
        )
        // In one of five rounds the process is ended while it starts, in the others once it has answered.
        if round % 5 == 0 { Self.killSoon() }
        try await store.prepare()
        let answered = unsafe open(folder + "/answered", O_WRONLY | O_APPEND | O_CREAT, 0o600)
        try #require(answered >= 0)
        for number in 0... {
            let name = "user-\(round)-\(number)"
            try await store.signUp(.named(name))
            let line = Array("\(name)\n".utf8)
            _ = unsafe line.withUnsafeBytes { unsafe write(answered, $0.baseAddress, $0.count) }
            if number == 0 { Self.killSoon() }
        }
    }

    private static func killSoon() {
        let microseconds = UInt32.random(in: 0..<20_000)
        Thread.detachNewThread {
            // house: the moment of the crash is the input of the test.
            usleep(microseconds)
            kill(getpid(), SIGKILL)
        }
    }

    /// Checks the database, the log, and that all accounts are there that were answered.
    private static func verify(_ scratch: Scratch) async throws {
        let path = scratch.file("accounts.db")
        let log = AuditLogFile(path: scratch.file("audit.jsonl"))
        let store = SQLiteStore(path: path, audit: log, patience: .seconds(60))
        try await store.prepare()
        let users = try await store.users(after: nil, limit: 100_000)
        let answered = Scratch.text(at: scratch.file("answered")).split(separator: "\n").map { String($0) }
        #expect(Set(answered).isSubset(of: users.map(\.usernameKey)))
        try log.check()
        let reading = try AuditReading(scratch.file("audit.jsonl"))
        #expect(reading.flaw == nil)
        // Each account has its record; one more may be there for a crash between record and commit.
        let records = reading.texts("event").filter { $0 == "user.update" }.count
        #expect(records >= users.count)
        await store.close()
        let session = SQLiteSession(SQLiteFile(path: path), for: .writing)
        defer { session.close() }
        try session.use(until: .now + .seconds(60)) { connection throws(StoreFault) in
            #expect(try connection.run("PRAGMA integrity_check").first?.text(0) == "ok")
        }
    }
}
