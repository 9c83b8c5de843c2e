private import Foundation
package import GatehouseCore
private import Synchronization

/// The audit log as a file of JSON lines, shared by any number of threads and processes on one machine.
///
/// When `append` returns, the record is on the disk (`fdatasync`). Events that several threads append at the same time share
/// one write and one wait for the disk. The records of all writers form one chain (`AuditRecord` has the exact form), and it
/// goes on in the next file when the log is rotated by renaming. A write that fails leaves nothing behind.
///
/// A signed checkpoint will be one more kind of record, written by `AuditChain` after the events of a batch; nothing here
/// depends on which records there are.
package final class AuditLogFile: AuditLog {
    private let queue = Mutex(Queue())
    private let chain: Mutex<AuditChain>
    private let tally = Mutex(AuditFacts())
    /// How many events share one write at most, so that a batch stays short of what a disk may be missing.
    private static let largestBatch = 128

    /// Makes the log at an absolute path, opening nothing; the file is made with mode 0600 by the first record or `check`.
    ///
    /// `notice` gets sentences for the operator's log, on the thread of whoever appends.
    package init(path: String, notice: @escaping @Sendable (String) -> Void = { _ in }) {
        self.chain = Mutex(AuditChain(path: path, notice: notice))
    }

    /// Opens the log, sets a line aside that a crash has torn, and finds the end of the chain; for the start.
    ///
    /// Blocks for the disk. Throws what would make `append` fail now; a later `append` tries again by itself.
    package func check() throws(AuditFault) {
        let result = self.chain.withLock { chain in
            Result { () throws(AuditFault) in try chain.check() }
        }
        try result.get()
    }

    /// Records an event; when it returns the record is on the disk, with all records before it.
    ///
    /// Blocks the calling thread, at most two seconds if another process holds the lock. Throws if the record cannot be
    /// written, in which case no part of it stays behind.
    package func append(_ event: AuditEvent) throws(AuditFault) {
        let ticket = Ticket(event)
        let isFirst = self.queue.withLock { queue in
            queue.waiting.append(ticket)
            defer { queue.isBeingWritten = true }
            return !queue.isBeingWritten
        }
        if !isFirst, let result = ticket.wait() { return try result.get() }
        self.writeBatch()
        guard let result = ticket.wait() else { return }
        try result.get()
    }

    /// What was written and what was not, since the start.
    package var facts: AuditFacts { self.tally.withLock { $0 } }

    /// Writes what waits, and hands the pen to the first of those who have come meanwhile.
    private func writeBatch() {
        let batch = self.queue.withLock { $0.takeBatch(Self.largestBatch) }
        let result = self.chain.withLock { chain in
            Result { () throws(AuditFault) in try chain.append(batch.map(\.event)) }
        }
        self.tally.withLock { $0.count(batch.map(\.event), written: (try? result.get()) != nil) }
        batch.forEach { $0.finish(result) }
        let next = self.queue.withLock { queue in
            queue.isBeingWritten = !queue.waiting.isEmpty
            return queue.waiting.first
        }
        next?.finish(nil)
    }

    private struct Queue {
        var waiting: [Ticket] = []
        var isBeingWritten = false

        mutating func takeBatch(_ limit: Int) -> [Ticket] {
            defer { self.waiting.removeFirst(min(limit, self.waiting.count)) }
            return Array(self.waiting.prefix(limit))
        }
    }

    /// An event with the thread that waits for it.
    private final class Ticket: Sendable {
        let event: AuditEvent
        private let result = Mutex<Result<Void, AuditFault>?>(nil)
        private let signal = DispatchSemaphore(value: 0)

        init(_ event: AuditEvent) {
            self.event = event
        }

        /// Waits for the result; nil means that the waiting thread is to write the next batch, which holds its own event.
        func wait() -> Result<Void, AuditFault>? {
            self.signal.wait()
            return self.result.withLock { $0 }
        }

        func finish(_ result: Result<Void, AuditFault>?) {
            self.result.withLock { $0 = result }
            self.signal.signal()
        }
    }
}
