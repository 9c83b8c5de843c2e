import Dispatch
import GatehouseCore
import Synchronization
import TestSupport

/// An audit log in memory, which can be told to fail.
final class RecordingLog: AuditLog {
    private let recorded = Mutex<[AuditEvent]>([])
    /// Whether appending fails.
    let fails = Mutex(false)
    /// Whether records of failures are refused.
    let refusesFailures = Mutex(false)
    /// Called once at the next event, while it is being recorded.
    let whenAppending = Mutex<(@Sendable () async -> Void)?>(nil)

    /// What was recorded.
    var events: [AuditEvent] { self.recorded.withLock { $0 } }

    func append(_ event: AuditEvent) throws(AuditFault) {
        if event.result == .failure, self.refusesFailures.withLock({ $0 }) { throw AuditFault(message: "no room") }
        if self.fails.withLock({ $0 }) { throw AuditFault(message: "no room") }
        if let look = self.whenAppending.withLock({ look in
            defer { look = nil }
            return look
        }) {
            let done = DispatchSemaphore(value: 0)
            Task.detached {
                await look()
                done.signal()
            }
            done.wait()
        }
        self.recorded.withLock { $0.append(event) }
    }
}

/// A place where a thread is held until the test lets it go on.
final class Gate: Sendable {
    private let wasReached = Mutex(false)
    private let opened = DispatchSemaphore(value: 0)

    /// Holds the calling thread until the gate is open.
    func pass() {
        self.wasReached.withLock { $0 = true }
        self.opened.wait()
    }

    /// Lets one thread go on.
    func open() {
        self.opened.signal()
    }

    /// Waits until a thread is held.
    func reached() async throws {
        try await waitUntil("a thread is at the gate") { self.wasReached.withLock { $0 } }
    }
}

/// Waits until a condition holds, without blocking a thread; gives up after a generous time.
func waitUntil(_ what: String, _ condition: () async -> Bool) async throws {
    let deadline = Deadline(seconds: 90)
    while await !condition() {
        guard !deadline.hasPassed else { throw SupportFailure("gave up waiting until \(what)") }
        // house: the pause between two looks at the condition.
        try await Task.sleep(for: .milliseconds(5))
    }
}
