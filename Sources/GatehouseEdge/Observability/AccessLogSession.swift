internal import Logging

/// What the writer's thread knows between two batches: the file, the line that was cut, whether it is failing.
struct AccessLogSession: ~Copyable {
    private var file: AccessLogFile
    private let logger: Logger
    /// The rest of a line of which the file has only the beginning; written first, so that every line in the file is
    /// whole.
    private var remainder: [UInt8] = []
    private var isFailing = false
    private var lastCheck = ContinuousClock.now

    init(file: AccessLogFile, logger: Logger) {
        self.file = file
        self.logger = logger
    }

    /// Writes a batch of whole lines; returns how many of its lines are in the file, a line that was cut included.
    mutating func write(_ bytes: [UInt8], lines: Int) -> Int {
        self.followRotation()
        if !self.remainder.isEmpty {
            let rest = self.remainder
            let (count, fault) = self.writeAll(rest)
            self.remainder.removeFirst(count)
            if let fault {
                self.note(fault)
                return 0
            }
        }
        let (count, fault) = self.writeAll(bytes)
        self.note(fault)
        guard fault != nil else { return lines }
        return self.keepRemainder(of: bytes, from: count)
    }

    /// Ends the session; the line that was cut stays cut.
    consuming func close() {
        self.file.close()
    }

    /// A file that was renamed or removed is replaced by a new one, looked for at most once a second.
    private mutating func followRotation() {
        let now = ContinuousClock.now
        guard now - self.lastCheck >= .seconds(1) else { return }
        self.lastCheck = now
        guard self.file.hasMoved() else { return }
        do throws(AccessLogWriter.Fault) {
            try self.file.reopen()
            self.remainder.removeAll()
        } catch {
            self.note(SystemFault(code: error.code))
        }
    }

    private func writeAll(_ bytes: [UInt8]) -> (count: Int, fault: SystemFault?) {
        var count = 0
        while count < bytes.count {
            switch self.file.write(bytes, from: count) {
            case .success(let more): count += more
            case .failure(let fault): return (count, fault)
            }
        }
        return (count, nil)
    }

    /// Splits a batch that was cut at an offset: the lines before it are in the file, the cut one is completed later.
    private mutating func keepRemainder(of bytes: [UInt8], from count: Int) -> Int {
        let written = bytes[..<count]
        let lines = written.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
        guard let last = written.last, last != 0x0A else { return lines }
        let rest = bytes[count...]
        let end = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.endIndex
        self.remainder = Array(rest[..<end])
        return lines + 1
    }

    /// Says once that the file fails and once that it works again.
    private mutating func note(_ fault: SystemFault?) {
        guard (fault != nil) != self.isFailing else { return }
        self.isFailing = fault != nil
        if let fault {
            self.logger.warning(
                "the access log cannot be written, lines are dropped and counted",
                metadata: ["gatehouse.cause": "\(SystemErrorText.text(fault.code))"]
            )
        } else {
            self.logger.info("the access log is written again")
        }
    }
}
