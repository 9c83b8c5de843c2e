import Foundation
import GatehouseAccounts
import GatehouseCore
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import GatehouseStores

@Suite struct SQLiteFaultTests {
    private let scratch: Scratch
    private let path: String

    init() throws {
        self.scratch = try Scratch("sqlite-faults")
        self.path = self.scratch.file("accounts.db")
    }

    @Test func `a database that is locked is unavailable after the patience, and reads go on`() async throws {
        let holder = try await self.preparedStore()
        let store = SQLiteStore(path: self.path, audit: NoAuditLog(), patience: .seconds(1))
        let gate = Gate()
        async let held: Void = holder.change { _ throws(StoreFault) in gate.pass() }
        try await gate.reached()
        let began = ContinuousClock.now
        // Those that wait in the queue do not wait one after the other.
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    await #expect(throws: StoreFault.self) { try await store.signUp(.named("user\(number)")) }
                }
            }
        }
        #expect(ContinuousClock.now - began < .seconds(20))
        let probed = await store.probe()
        #expect(self.isUnavailable(probed))
        #expect(self.isUnavailable(store.fault))
        try await waitUntil("a read gets its turn") { await (try? store.users(after: nil, limit: 9)) == [] }
        gate.open()
        try await held
        try await waitUntil("the lock is noticed to be gone") { await store.probe() == nil }
        #expect(store.fault == nil)
        try await waitUntil("a mutation gets its turn") { await (try? store.signUp(.named("ada"))) != nil }
    }

    @Test func `a database that was deleted is not made anew, and used again when it is back`() async throws {
        let store = try await self.preparedStore()
        let user = try await store.signUp(.named("ada"))
        let names = ["", "-wal", "-shm"].map { self.path + $0 }
        for name in names { try FileManager.default.moveItem(atPath: name, toPath: name + ".away") }
        let missing = StoreFault.unavailable("\(self.path) is not there")
        for _ in 0..<2 {
            await #expect(throws: missing) { try await store.user(user.id) }
            await #expect(throws: missing) { try await store.signUp(.named("bob")) }
        }
        let probed = await store.probe()
        #expect(self.isUnavailable(probed))
        #expect(!FileManager.default.fileExists(atPath: self.path))
        try self.scratch.write("accounts.db", "")
        await #expect(throws: StoreFault.unavailable("\(self.path) is empty")) { try await store.user(user.id) }
        #expect(Scratch.text(at: self.path).isEmpty)
        try FileManager.default.removeItem(atPath: self.path)
        for name in names { try FileManager.default.moveItem(atPath: name + ".away", toPath: name) }
        #expect(try await store.user(user.id) == user)
        try await store.signUp(.named("bob"))
        #expect(store.fault == nil)
    }

    @Test func `a copy in the place of the database is used`() async throws {
        let store = try await self.preparedStore()
        let user = try await store.signUp(.named("ada"))
        try FileManager.default.copyItem(atPath: self.path, toPath: self.path + ".copy")
        try FileManager.default.removeItem(atPath: self.path)
        await #expect(throws: StoreFault.self) { try await store.user(user.id) }
        try FileManager.default.moveItem(atPath: self.path + ".copy", toPath: self.path)
        // The write-ahead log stayed, so nothing that was answered is lost.
        #expect(try await store.user(user.id) == user)
        try await store.signUp(.named("bob"))
    }

    @Test(arguments: ["garbage", "SQLite format 3\u{0}", "folder"])
    func `something else in the place of the database is unavailable`(what: String) async throws {
        let store = try await self.preparedStore()
        for name in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: self.path + name) }
        if what == "folder" {
            try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: false)
        } else {
            try self.scratch.write("accounts.db", what + String(repeating: "x", count: 8192))
        }
        await #expect(throws: StoreFault.self) { try await store.users(after: nil, limit: 1) }
        await #expect(throws: StoreFault.self) { try await store.signUp(.named("ada")) }
        await #expect(throws: StoreFault.self) { try await self.preparedStore() }
    }

    @Test func `a database of another program is left alone`() async throws {
        let session = SQLiteSession(SQLiteFile(path: self.path), for: .writing)
        try session.prepare(until: .now + .seconds(60)) { connection throws(StoreFault) in
            try connection.run("CREATE TABLE other (id INTEGER)")
        }
        let store = SQLiteStore(path: self.path, audit: NoAuditLog())
        let fault = StoreFault.unavailable("\(self.path) is no database of gatehouse")
        await #expect(throws: fault) { try await store.users(after: nil, limit: 1) }
    }

    @Test func `a database of a newer program is refused, and says so`() async throws {
        let store = try await self.preparedStore()
        await store.close()
        try self.withConnection { connection throws(StoreFault) in
            try connection.run("INSERT INTO schema_migrations (number, name, applied_at) VALUES (2, 'later', 0)")
        }
        let fault = try await #require(throws: StoreFault.self) { try await self.preparedStore() }
        #expect("\(fault)".contains("newer"))
        let other = SQLiteStore(path: self.path, audit: NoAuditLog())
        await #expect(throws: fault) { try await other.users(after: nil, limit: 1) }
        #expect(try await other.schemaVersion() == (2, 1))
    }

    @Test func `a full disk refuses mutations, keeps what was answered, and is over when there is room`() async throws {
        // The limit on file sizes stands for the disk: it is the whole process's, so this runs in one of its own.
        await #expect(processExitsWith: .success) { [folder = self.scratch.path as String] in
            signal(SIGXFSZ, SIG_IGN)
            let log = RecordingLog()
            let store = SQLiteStore(path: folder + "/accounts.db", audit: log, patience: .seconds(60))
            try await store.prepare()
            var limit = rlimit(rlim_cur: 120_000, rlim_max: .max)
            try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            var answered: [User] = []
            var refused = 0
            for number in 0..<60 {
                do throws(StoreFault) {
                    answered.append(try await store.signUp(.named("user\(number)")))
                } catch {
                    guard case .unavailable = error else { throw error }
                    refused += 1
                }
            }
            #expect(!answered.isEmpty && refused > 0)
            #expect(try await store.users(after: nil, limit: 99).count == answered.count)
            // What the log called done and the database could not do, it calls failed.
            let updates = log.events.filter { $0.name == .userUpdate }
            let failures = updates.filter { $0.result == .failure }.count
            #expect(failures > 0)
            #expect(updates.count - 2 * failures == answered.count)
            limit.rlim_cur = .max
            try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            answered.append(try await store.signUp(.named("later")))
            #expect(store.fault == nil)
            let all = try await store.users(after: nil, limit: 99)
            #expect(Set(all.map(\.username)) == Set(answered.map(\.username)))
        }
        try self.withConnection { connection throws(StoreFault) in
            #expect(try connection.run("PRAGMA integrity_check").first?.text(0) == "ok")
        }
    }

    @Test func `L-13 what a full log could not be told of a full database is told before anything else`() async throws {
        await #expect(processExitsWith: .success) { [folder = self.scratch.path as String] in
            signal(SIGXFSZ, SIG_IGN)
            let log = RecordingLog()
            let store = SQLiteStore(path: folder + "/accounts.db", audit: log, patience: .seconds(60))
            try await store.prepare()
            log.refusesFailures.withLock { $0 = true }
            var limit = rlimit(rlim_cur: 120_000, rlim_max: .max)
            try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            var refused: StoreFault?
            for number in 0..<60 where refused == nil {
                do throws(StoreFault) {
                    _ = try await store.signUp(.named("user\(number)"))
                } catch {
                    refused = error
                }
            }
            guard case .unavailable? = refused else { preconditionFailure("the disk was never full") }
            #expect(log.events.last?.result == .success)
            limit.rlim_cur = .max
            try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            // There is room again, but the log still owes a record, and nothing goes past it.
            let count = log.events.count
            await #expect(throws: StoreFault.auditUnavailable("no room")) { try await store.signUp(.named("later")) }
            #expect(log.events.count == count)
            log.refusesFailures.withLock { $0 = false }
            _ = try await store.signUp(.named("later"))
            #expect(log.events.dropFirst(count).map(\.result) == [.failure, .success])
        }
    }

    @Test func `an outcome that is owed is told once, as soon as the log takes it`() async throws {
        let log = RecordingLog()
        let owed = OwedRecords()
        log.refusesFailures.withLock { $0 = true }
        var event = AuditEvent(.userUpdate, actor: .system)
        event.result = .failure
        owed.append(event, to: log)
        #expect(throws: AuditFault(message: "no room")) { try owed.settle(in: log) }
        #expect(log.events.isEmpty)
        log.refusesFailures.withLock { $0 = false }
        try owed.settle(in: log)
        try owed.settle(in: log)
        #expect(log.events == [event])
    }

    private func preparedStore() async throws -> SQLiteStore {
        let store = SQLiteStore(path: self.path, audit: NoAuditLog(), patience: .seconds(60))
        try await store.prepare()
        return store
    }

    private func withConnection(_ body: (SQLiteConnection) throws(StoreFault) -> Void) throws {
        let session = SQLiteSession(SQLiteFile(path: self.path), for: .writing)
        defer { session.close() }
        try session.use(until: .now + .seconds(60), body)
    }

    private func isUnavailable(_ fault: StoreFault?) -> Bool {
        if case .unavailable = fault { true } else { false }
    }
}
