import Glibc
import Synchronization
import Testing

@testable import GatehouseStores

@Suite struct PasswordThreadTests {
    @Test func `the threads are the last in line, and no others`() throws {
        let mine = Self.niceness()
        let theirs = Seen()
        try PasswordThread { theirs.record(Self.niceness()) }.join()
        #expect(theirs.value == 19)
        #expect(Self.niceness() == mine)
    }

    private static func niceness() -> Int {
        Int(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
    }

    private final class Seen: Sendable {
        private let storage = Mutex<Int?>(nil)

        var value: Int? { storage.withLock { $0 } }

        func record(_ value: Int) { storage.withLock { $0 = value } }
    }
}
