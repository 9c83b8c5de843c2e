/// The lines that wait for the writer's thread, and the counts; what the loops and the thread share under a lock.
struct AccessLogQueue {
    /// Some whole lines.
    struct Batch {
        var bytes: [UInt8]
        var lines: Int
    }

    var waiting: [Batch] = []
    var first = 0
    var spares: [[UInt8]] = []
    var queuedBytes = 0
    var submitted: UInt64 = 0
    var finished: UInt64 = 0
    var figures = AccessLogWriter.Figures()
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
        if self.join(&bytes, lines: lines) { return false }
        self.submitted &+= 1
        var batch = Batch(bytes: self.spare(), lines: lines)
        swap(&batch.bytes, &bytes)
        self.waiting.append(batch)
        defer { self.isAsleep = false }
        return self.isAsleep
    }

    /// Puts the lines behind those of the newest batch that waits, if there is room: so that storage is at least half
    /// full, and small batches that gather behind a stopped reader take no more memory than the limit promises.
    private mutating func join(_ bytes: inout [UInt8], lines: Int) -> Bool {
        let last = self.waiting.count &- 1
        guard last >= self.first, self.waiting[last].bytes.count &+ bytes.count <= AccessLogBuffer.capacity else {
            return false
        }
        self.waiting[last].bytes.append(contentsOf: bytes)
        self.waiting[last].lines &+= lines
        bytes.removeAll(keepingCapacity: true)
        return true
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
        self.forgetTaken()
        return batch
    }

    /// Keeps the list short also where it never runs empty.
    private mutating func forgetTaken() {
        guard self.first >= 64, self.first &* 2 >= self.waiting.count else { return }
        self.waiting.removeFirst(self.first)
        self.first = 0
    }

    /// Takes the batch's storage back and counts its lines, of which so many were written.
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
