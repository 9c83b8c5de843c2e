import Foundation
import GatehouseAccounts
import GatehouseCore
import Synchronization
import TestSupport
import Testing

@testable import GatehouseStores

@Suite struct SQLiteStoreTests {
    private let scratch: Scratch
    private let path: String

    init() throws {
        self.scratch = try Scratch("sqlite")
        self.path = self.scratch.file("accounts.db")
    }

    @Test(arguments: AccountsStoreCase.all)
    func `every case of the conformance suite holds`(of testCase: AccountsStoreCase) async throws {
        let store = SQLiteStore(path: self.path, audit: NoAuditLog(), patience: .seconds(60))
        try await store.prepare()
        try await testCase.check(store)
        await store.close()
    }

    @Test func `a file that was closed holds everything when it is opened again`() async throws {
        #expect(try await SQLiteStore(path: self.path, audit: NoAuditLog()).schemaVersion() == (0, 1))
        #expect(!FileManager.default.fileExists(atPath: self.path))
        let first = try await self.preparedStore()
        #expect(try await first.schemaVersion() == (1, 1))
        let user = try await first.signUp(.named("ada"))
        await first.close()
        #expect(!FileManager.default.fileExists(atPath: self.path + "-wal"))
        await #expect(throws: StoreFault.self) { try await first.user(user.id) }
        let second = SQLiteStore(path: self.path, audit: NoAuditLog(), patience: .seconds(60))
        #expect(try await second.prepare().isEmpty)
        #expect(try await second.user(user.id) == user)
    }

    @Test func `the database and its other files are for their owner alone`() async throws {
        let store = try await self.preparedStore()
        try await store.signUp(.named("ada"))
        for name in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: self.path + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test func `a folder where everybody may write is refused`() async throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: self.scratch.path)
        await #expect(throws: StoreFault.self) { try await self.preparedStore() }
        #expect(!FileManager.default.fileExists(atPath: self.path))
    }

    @Test func `several processes that start at once migrate once`() async throws {
        let log = RecordingLog()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                let store = SQLiteStore(path: self.path, audit: log, patience: .seconds(60))
                group.addTask {
                    try await store.prepare()
                    #expect(try await store.users(after: nil, limit: 1).isEmpty)
                }
            }
            try await group.waitForAll()
        }
        #expect(log.events.map(\.name) == [.databaseMigrate])
        #expect(log.events.first?.target?.id == "1")
    }

    @Test func `two stores on one file see each other's commits at once`() async throws {
        let stores = [try await self.preparedStore(), try await self.preparedStore()]
        for round in 0..<20 {
            let user = try await stores[round % 2].signUp(.named("user\(round)"))
            #expect(try await stores[(round + 1) % 2].user(user.id) == user)
        }
        await #expect(throws: StoreFault.emailTaken) { try await stores[1].signUp(.named("user0")) }
    }

    @Test func `a mutation is recorded before it is committed, and its event as it was returned`() async throws {
        let log = RecordingLog()
        let store = SQLiteStore(path: self.path, audit: log, patience: .seconds(60))
        try await store.prepare()
        let reader = try await self.preparedStore()
        log.whenAppending.withLock { $0 = { #expect(await (try? reader.users(after: nil, limit: 9)) == []) } }
        let user = NewAccount.named("ada")
        try await store.mutate { writes throws(StoreFault) in
            try writes.insert(user)
            return Mutation((), AuditEvent(.userSignup, actor: .anonymous, target: .user("u")))
        }
        try await store.recordOnly(AuditEvent(.userLogin, actor: .anonymous, result: .denied))
        #expect(log.events.map(\.name) == [.databaseMigrate, .userSignup, .userLogin])
        #expect(log.events.map(\.result) == [.success, .success, .denied])
    }

    @Test func `a mutation that cannot be recorded is not carried out, and reads go on`() async throws {
        let log = RecordingLog()
        let store = SQLiteStore(path: self.path, audit: log, patience: .seconds(60))
        try await store.prepare()
        log.fails.withLock { $0 = true }
        let fault = StoreFault.auditUnavailable("no room")
        await #expect(throws: fault) { try await store.signUp(.named("ada")) }
        await #expect(throws: fault) { try await store.recordOnly(AuditEvent(.userLogin, actor: .anonymous)) }
        #expect(try await store.users(after: nil, limit: 9).isEmpty)
        #expect(store.fault == nil)
        log.fails.withLock { $0 = false }
        try await store.signUp(.named("ada"))
    }

    @Test func `a mutation that throws leaves no record`() async throws {
        let log = RecordingLog()
        let store = SQLiteStore(path: self.path, audit: log, patience: .seconds(60))
        try await store.prepare()
        try await store.signUp(.named("ada"))
        await #expect(throws: StoreFault.emailTaken) { try await store.signUp(.named("ada")) }
        #expect(log.events.count == 2)
    }

    @Test func `what does not fit into the queue is refused at once`() async throws {
        let store = SQLiteStore(path: self.path, audit: NoAuditLog(), patience: .seconds(60), queueLimit: 1)
        try await store.prepare()
        let gate = Gate()
        async let first: Void = store.change { _ throws(StoreFault) in gate.pass() }
        try await gate.reached()
        async let second: User = store.signUp(.named("ada"))
        try await waitUntil("one mutation waits") { store.facts.waitingMutations == 1 }
        await #expect(throws: StoreFault.self) { try await store.signUp(.named("bob")) }
        #expect(try await store.users(after: nil, limit: 9).isEmpty)
        gate.open()
        try await first
        let user = try await second
        #expect(try await store.users(after: nil, limit: 9) == [user])
    }

    private func preparedStore() async throws -> SQLiteStore {
        let store = SQLiteStore(path: self.path, audit: NoAuditLog(), patience: .seconds(60))
        try await store.prepare()
        return store
    }
}
