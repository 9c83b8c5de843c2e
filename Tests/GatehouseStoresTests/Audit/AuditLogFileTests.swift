import Foundation
import GatehouseCore
import GatehouseStores
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite struct AuditLogFileTests {
    private let scratch: Scratch
    private let path: String

    init() throws {
        self.scratch = try Scratch("audit")
        self.path = self.scratch.file("audit.jsonl")
    }

    @Test func `records are chained from the first one on, also after a restart`() throws {
        for _ in 0..<3 {
            let log = AuditLogFile(path: self.path)
            try log.check()
            try log.append(AuditEvent(.userSignup, actor: .anonymous))
            try log.append(AuditEvent(.userDelete, actor: .user("u"), result: .denied))
        }
        let reading = try AuditReading(self.path)
        #expect(reading.lines.count == 6)
        #expect(reading.flaw == nil)
        #expect(reading.texts("result") == ["success", "denied", "success", "denied", "success", "denied"])
    }

    @Test func `the file is made for its owner alone`() throws {
        try AuditLogFile(path: self.path).append(AuditEvent(.userLogin, actor: .anonymous))
        #expect(try FileManager.default.attributesOfItem(atPath: self.path)[.posixPermissions] as? Int == 0o600)
    }

    @Test func `L-09 two writers with four threads each keep one chain`() throws {
        let logs = [AuditLogFile(path: self.path), AuditLogFile(path: self.path)]
        let failures = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { worker in
            for round in 0..<25 {
                let event = AuditEvent(.userLogin, actor: .user("\(worker)-\(round)"))
                // On a disk that is busy enough somebody waits for the lock in vain, and nothing is written.
                let isWritten = (0..<50).contains { _ in (try? logs[worker % 2].append(event)) != nil }
                if !isWritten { failures.withLock { $0 += 1 } }
            }
        }
        let reading = try AuditReading(self.path)
        #expect(failures.withLock { $0 } == 0)
        #expect(reading.lines.count == 200)
        #expect(reading.flaw == nil)
        #expect(Set(reading.records.compactMap { $0["actor"]?.object?["id"]?.string }).count == 200)
    }

    @Test func `L-09 several processes keep one chain`() async throws {
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<3 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [path = self.path as String, worker = worker as Int] in
                        let log = AuditLogFile(path: path)
                        for round in 0..<40 {
                            let event = AuditEvent(.userLogin, actor: .user("\(worker)-\(round)"))
                            let isWritten = (0..<50).contains { _ in (try? log.append(event)) != nil }
                            precondition(isWritten)
                        }
                    }
                }
            }
        }
        let reading = try AuditReading(self.path)
        #expect(reading.flaw == nil)
        #expect(Set(reading.records.compactMap { $0["actor"]?.object?["id"]?.string }).count == 120)
    }

    @Test(arguments: [1, 21, 4096, 20_000])
    func `L-10 a torn line is set aside and the chain goes on`(count: Int) throws {
        let torn = String(("{\"seq\":3,\"time\":\"20" + String(repeating: "2", count: count)).prefix(count))
        let notices = Mutex<[String]>([])
        let log = AuditLogFile(path: self.path)
        try log.append(AuditEvent(.userLogin, actor: .anonymous))
        try log.append(AuditEvent(.userLogin, actor: .anonymous))
        try self.add(torn, to: self.path)
        let next = AuditLogFile(path: self.path) { notice in notices.withLock { $0.append(notice) } }
        try next.check()
        #expect(try AuditReading(self.path).flaw == nil)
        try next.append(AuditEvent(.userLogout, actor: .anonymous))
        // A writer that was there before the crash of the other mends it as well.
        try self.add(torn, to: self.path)
        try log.append(AuditEvent(.userLogout, actor: .anonymous))
        let reading = try AuditReading(self.path)
        #expect(reading.flaw == nil)
        #expect(reading.lines.count == 4)
        #expect(Scratch.text(at: self.path + ".torn") == torn + "\n" + torn + "\n")
        #expect(notices.withLock { $0.count } == 1)
    }

    @Test func `a file that holds nothing but a torn line begins with the first record`() throws {
        try self.scratch.write("audit.jsonl", "{\"seq\"")
        try AuditLogFile(path: self.path).append(AuditEvent(.userLogin, actor: .anonymous))
        #expect(try AuditReading(self.path).flaw == nil)
    }

    @Test func `a log that ends with something else is not continued`() throws {
        try self.scratch.write("audit.jsonl", "no record\n")
        #expect(throws: AuditFault.self) {
            try AuditLogFile(path: self.path).append(AuditEvent(.userLogin, actor: .anonymous))
        }
        #expect(Scratch.text(at: self.path) == "no record\n")
    }

    @Test func `the chain goes on in the next file when the log is rotated`() throws {
        let old = AuditLogFile(path: self.path)
        let other = AuditLogFile(path: self.path)
        try old.append(AuditEvent(.userLogin, actor: .user("1")))
        try other.append(AuditEvent(.userLogin, actor: .user("2")))
        try FileManager.default.moveItem(atPath: self.path, toPath: self.path + ".1")
        try old.append(AuditEvent(.userLogin, actor: .user("3")))
        try other.append(AuditEvent(.userLogin, actor: .user("4")))
        // Who is started after a rotation has only the rotated file to go by.
        try FileManager.default.moveItem(atPath: self.path, toPath: self.path + "-20260131")
        try self.scratch.write("audit.jsonl", "")
        try AuditLogFile(path: self.path).append(AuditEvent(.userLogin, actor: .user("5")))
        // Who was idle during two rotations, too.
        try FileManager.default.moveItem(atPath: self.path, toPath: self.path + "-20260201")
        try self.scratch.write("audit.jsonl", "")
        try old.append(AuditEvent(.userLogin, actor: .user("6")))
        let names = [".1", "-20260131", "-20260201", ""]
        let reading = try AuditReading(names.map { self.path + $0 })
        #expect(reading.flaw == nil)
        #expect(reading.records.compactMap { $0["actor"]?.object?["id"]?.string } == ["1", "2", "3", "4", "5", "6"])
    }

    @Test func `L-09 a log that is cut is noticed and its numbers go on`() throws {
        let notices = Mutex<[String]>([])
        let log = AuditLogFile(path: self.path) { notice in notices.withLock { $0.append(notice) } }
        try log.append(AuditEvent(.userLogin, actor: .anonymous))
        try log.append(AuditEvent(.userLogin, actor: .anonymous))
        #expect(unsafe truncate(self.path, 0) == 0)
        try log.append(AuditEvent(.userLogin, actor: .anonymous))
        let record = try #require(try AuditReading(self.path).records.first)
        #expect(record["seq"]?.number?.integer == 3)
        #expect(notices.withLock { $0.count } == 1)
    }

    @Test func `a link, a folder and a path that is not there are refused, and writing goes on when it is`() throws {
        let target = try self.scratch.write("target", "")
        try FileManager.default.createSymbolicLink(atPath: self.path, withDestinationPath: target)
        let log = AuditLogFile(path: self.path)
        #expect(throws: AuditFault.self) { try log.append(AuditEvent(.userLogin, actor: .anonymous)) }
        #expect(throws: AuditFault.self) { try AuditLogFile(path: self.scratch.path).check() }
        #expect(throws: AuditFault.self) { try AuditLogFile(path: self.scratch.file("none/audit")).check() }
        try FileManager.default.removeItem(atPath: self.path)
        try log.append(AuditEvent(.userLogin, actor: .anonymous))
        #expect(log.facts.records == [.userLogin: 1])
        #expect(log.facts.failures == 1)
        #expect(try AuditReading(self.path).flaw == nil)
        #expect(Scratch.text(at: target).isEmpty)
    }

    @Test func `a full disk leaves no part of a record, and the chain goes on when there is room`() async throws {
        // The limit on file sizes stands for the disk: it is the whole process's, so the test runs in one of its own.
        await #expect(processExitsWith: .success) { [path = self.path as String] in
            signal(SIGXFSZ, SIG_IGN)
            let log = AuditLogFile(path: path)
            try log.append(AuditEvent(.userLogin, actor: .anonymous))
            let count = try Data(contentsOf: URL(filePath: path)).count
            var limit = rlimit(rlim_cur: rlim_t(count + 100), rlim_max: .max)
            try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            #expect(throws: AuditFault.self) { try log.append(AuditEvent(.userLogin, actor: .anonymous)) }
            #expect(throws: AuditFault.self) { try log.append(AuditEvent(.userLogin, actor: .anonymous)) }
            #expect(try Data(contentsOf: URL(filePath: path)).count == count)
            limit.rlim_cur = .max
            try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            try log.append(AuditEvent(.userLogin, actor: .anonymous))
        }
        let reading = try AuditReading(self.path)
        #expect(reading.lines.count == 2)
        #expect(reading.flaw == nil)
    }

    @Test func `a log that is not required loses records and reports it once an outage`() throws {
        let reports = Mutex(0)
        let path = self.scratch.file("later/audit.jsonl")
        let log = OptionalAuditLog(AuditLogFile(path: path)) { _ in reports.withLock { $0 += 1 } }
        for _ in 0..<3 { try log.append(AuditEvent(.userLogin, actor: .anonymous)) }
        #expect(reports.withLock { $0 } == 1)
        #expect(log.lostCount == 3)
        try FileManager.default.createDirectory(atPath: self.scratch.file("later"), withIntermediateDirectories: false)
        try log.append(AuditEvent(.userLogin, actor: .anonymous))
        #expect(try AuditReading(path).lines.count == 1)
        try FileManager.default.removeItem(atPath: self.scratch.file("later"))
        try log.append(AuditEvent(.userLogin, actor: .anonymous))
        #expect(reports.withLock { $0 } == 2)
        try NoAuditLog().append(AuditEvent(.userLogin, actor: .anonymous))
    }

    private func add(_ text: String, to path: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }
}
