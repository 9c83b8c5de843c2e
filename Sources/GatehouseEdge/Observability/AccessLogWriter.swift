private import Dispatch
package import Logging
private import Synchronization

/// Writes access log lines on a thread of its own, so that no disk and no stopped reader can hold up an event loop.
///
/// `submit` never blocks: what does not fit into the bounded queue, and what the file cannot take, is dropped and
/// counted. A file that failed is tried again with every batch; one that was moved or removed is opened anew within a
/// second, so that logrotate needs neither a signal nor `copytruncate`. `Sendable`: every loop submits to the same
/// writer.
package final class AccessLogWriter: Sendable {
    /// Where the lines go.
    package enum Destination: Sendable, Equatable {
        /// Standard output, which is never reopened.
        case standardOutput
        /// A file, created with mode 0640, only ever appended to; may be a FIFO or a device.
        case file(String)
    }

    /// Why a log could not be opened.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// The path as configured.
        package let path: String
        /// The system's error number.
        package let code: Int32

        /// The path and what the system says about it.
        package var description: String {
            "access log \(self.path): \(SystemErrorText.text(self.code))"
        }
    }

    /// What the writer has done so far.
    package struct Figures: Sendable, Equatable {
        /// Lines that were written.
        package var written: UInt64 = 0
        /// Lines that were dropped: the queue was full, or the file failed.
        package var dropped: UInt64 = 0
    }

    private let limit: Int
    private let queue: Mutex<AccessLogQueue>
    private let wakeUp = DispatchSemaphore(value: 0)

    /// Opens the destination and starts the thread; throws if the file cannot be opened.
    ///
    /// The thread keeps the writer alive until `close`. `limit` bounds the bytes that wait, what is being written
    /// included; their storage takes at most about twice as much. `logger` is told once when the file begins to fail
    /// and once when it works again.
    package init(
        _ destination: Destination,
        limit: Int = 8 * 1024 * 1024,
        logger: Logger = Logger(label: "gatehouse.access-log")
    ) throws(Fault) {
        self.limit = limit
        self.queue = Mutex(AccessLogQueue())
        let file = try AccessLogFile(destination)
        WriterThread.start(named: "access-log") { [self] in
            var session = AccessLogSession(file: file, logger: logger)
            self.run(&session)
            session.close()
        }
    }

    /// Takes a batch of whole lines over and leaves an empty array in its place, with storage to fill.
    ///
    /// Never blocks beyond a lock that is held for a few instructions. A batch that would exceed the limit, or that
    /// comes after `close`, is dropped and counted.
    package func submit(_ bytes: inout [UInt8], lines: Int) {
        let mustWake = self.queue.withLock { queue in queue.take(&bytes, lines: lines, limit: self.limit) }
        if mustWake { self.wakeUp.signal() }
    }

    /// What has been written and dropped so far.
    package var figures: Figures {
        self.queue.withLock { $0.figures }
    }

    /// The memory that waiting lines take, in bytes.
    var reservedBytes: Int {
        self.queue.withLock { $0.waiting.reduce(0) { $0 + $1.bytes.capacity } }
    }

    /// Waits until everything that was submitted before has been written or dropped; false if the deadline came first.
    package func flush(within timeout: Duration) async -> Bool {
        let target = self.queue.withLock { $0.submitted }
        return await self.wait(within: timeout) { $0.finished >= target }
    }

    /// Writes what is waiting, then ends the thread; false if the deadline came first, the rest then counts as dropped.
    ///
    /// A thread that hangs in a write to a stopped reader is left behind; it ends when the reader or the process does.
    package func close(within timeout: Duration) async -> Bool {
        self.queue.withLock { $0.isClosing = true }
        self.wakeUp.signal()
        let isDone = await self.wait(within: timeout) { $0.isClosed }
        if !isDone { self.queue.withLock { $0.abandon() } }
        return isDone
    }

    private func wait(
        within timeout: Duration,
        until isDone: @Sendable (borrowing AccessLogQueue) -> Bool
    ) async -> Bool {
        let deadline = ContinuousClock.now + timeout
        while true {
            if self.queue.withLock({ isDone($0) }) { return true }
            guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    private func run(_ session: inout AccessLogSession) {
        while true {
            guard var batch = self.queue.withLock({ $0.next() }) else {
                if self.queue.withLock({ $0.closeIfAsked() }) { return }
                self.wakeUp.wait()
                continue
            }
            let written = session.write(batch.bytes, lines: batch.lines)
            self.queue.withLock { $0.finish(&batch, written: written) }
        }
    }
}
