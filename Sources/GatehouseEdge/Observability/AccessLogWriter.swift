private import Dispatch
package import Logging
private import Synchronization

/// Writes access log lines on a thread of its own, so that no disk and no stopped reader can hold up an event loop.
///
/// `submit` never blocks: what does not fit into the bounded queue, and what the file cannot take, is dropped and counted. A file
/// that failed is tried again with every batch; one that was moved or removed is opened anew within a second, so that logrotate
/// needs neither a signal nor `copytruncate`. `Sendable`: every loop submits to the same writer.
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
    private let state: Mutex<State>
    private let wakeUp = DispatchSemaphore(value: 0)

    /// Opens the destination and starts the thread; throws if the file cannot be opened.
    ///
    /// The thread keeps the writer alive until `close`.
    /// `limit` bounds the bytes that wait, what is being written included. `logger` is told once when the file begins to fail and
    /// once when it works again.
    package init(
        _ destination: Destination,
        limit: Int = 8 * 1024 * 1024,
        logger: Logger = Logger(label: "gatehouse.access-log")
    ) throws(Fault) {
        self.limit = limit
        self.state = Mutex(State())
        let file = try AccessLogFile(destination)
        WriterThread.start(named: "access-log") { [self] in
            var session = AccessLogSession(file: file, logger: logger)
            self.run(&session)
            session.close()
        }
    }

    /// Takes a batch of whole lines over and leaves an empty array in its place, with storage to fill.
    ///
    /// Never blocks beyond a lock that is held for a few instructions. A batch that would exceed the limit, or that comes after
    /// `close`, is dropped and counted.
    package func submit(_ bytes: inout [UInt8], lines: Int) {
        let mustWake = self.state.withLock { state in state.take(&bytes, lines: lines, limit: self.limit) }
        if mustWake { self.wakeUp.signal() }
    }

    /// What has been written and dropped so far.
    package var figures: Figures {
        self.state.withLock { $0.figures }
    }

    /// Waits until everything that was submitted before has been written or dropped; false if the deadline came first.
    package func flush(within timeout: Duration) async -> Bool {
        let target = self.state.withLock { $0.submitted }
        return await self.wait(within: timeout) { $0.finished >= target }
    }

    /// Writes what is waiting, then ends the thread; false if the deadline came first, the rest then counts as dropped.
    ///
    /// A thread that hangs in a write to a stopped reader is left behind; it ends when the reader or the process does.
    package func close(within timeout: Duration) async -> Bool {
        self.state.withLock { $0.isClosing = true }
        self.wakeUp.signal()
        let isDone = await self.wait(within: timeout) { $0.isClosed }
        if !isDone { self.state.withLock { $0.abandon() } }
        return isDone
    }

    private func wait(within timeout: Duration, until isDone: @Sendable (borrowing State) -> Bool) async -> Bool {
        let deadline = ContinuousClock.now + timeout
        while true {
            if self.state.withLock({ isDone($0) }) { return true }
            guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    private func run(_ session: inout AccessLogSession) {
        while true {
            guard var batch = self.state.withLock({ $0.next() }) else {
                if self.state.withLock({ $0.closeIfAsked() }) { return }
                self.wakeUp.wait()
                continue
            }
            let written = session.write(batch.bytes, lines: batch.lines)
            self.state.withLock { $0.finish(&batch, written: written) }
        }
    }
}

extension AccessLogWriter {
    /// Some whole lines.
    fileprivate struct Batch {
        var bytes: [UInt8]
        var lines: Int
    }

    /// What the loops and the thread share.
    fileprivate struct State {
        var waiting: [Batch] = []
        var first = 0
        var spares: [[UInt8]] = []
        var queuedBytes = 0
        var submitted: UInt64 = 0
        var finished: UInt64 = 0
        var figures = Figures()
        var isAsleep = false
        var isClosing = false
        var isClosed = false

        /// Whether the thread has to be woken for the batch.
        mutating func take(_ bytes: inout [UInt8], lines: Int, limit: Int) -> Bool {
            guard !self.isClosing, self.queuedBytes &+ bytes.count <= limit else {
                self.figures.dropped &+= UInt64(clamping: lines)
                bytes.removeAll(keepingCapacity: true)
                return false
            }
            self.queuedBytes &+= bytes.count
            self.submitted &+= 1
            var batch = Batch(bytes: self.spare(), lines: lines)
            swap(&batch.bytes, &bytes)
            self.waiting.append(batch)
            defer { self.isAsleep = false }
            return self.isAsleep
        }

        private mutating func spare() -> [UInt8] {
            if let spare = self.spares.popLast() { return spare }
            var fresh: [UInt8] = []
            fresh.reserveCapacity(AccessLogBuffer.capacity)
            return fresh
        }

        /// The oldest batch, or nil; then the thread is about to sleep.
        mutating func next() -> Batch? {
            guard self.first < self.waiting.count else {
                self.waiting.removeAll(keepingCapacity: true)
                self.first = 0
                self.isAsleep = true
                return nil
            }
            let batch = self.waiting[self.first]
            self.waiting[self.first].bytes = []
            self.first &+= 1
            return batch
        }

        mutating func finish(_ batch: inout Batch, written: Int) {
            self.finished &+= 1
            self.queuedBytes &-= batch.bytes.count
            self.figures.written &+= UInt64(clamping: written)
            self.figures.dropped &+= UInt64(clamping: batch.lines &- written)
            guard self.spares.count < 8 else { return }
            var spare: [UInt8] = []
            swap(&spare, &batch.bytes)
            spare.removeAll(keepingCapacity: true)
            self.spares.append(spare)
        }

        mutating func closeIfAsked() -> Bool {
            self.isClosed = self.isClosing
            return self.isClosed
        }

        /// Counts what will not be written any more.
        mutating func abandon() {
            while let batch = self.next() {
                self.figures.dropped &+= UInt64(clamping: batch.lines)
                self.queuedBytes &-= batch.bytes.count
                self.finished &+= 1
            }
        }
    }
}
