internal import GatehouseCore

/// The file of the audit log as one of its writers sees it: locked, mended, and continued where the last record ends.
///
/// Other processes append to the same file, and it may be renamed or cut at any time, so nothing that was read before is
/// believed: each batch takes the lock, looks whether the path still names the open file, and reads the last line again.
struct AuditChain: Sendable {
    private let path: String
    private let notice: @Sendable (String) -> Void
    private var file: AuditDescriptor?
    /// How long the open file was when it was last let go of.
    private var count: Int64 = 0
    /// The last record that this process has seen, for a file that has become empty or has gone back.
    private var known: AuditHead?

    /// Makes a chain on a path; opens nothing.
    ///
    /// `notice` is told what the operator should know: torn lines, a file that was cut.
    init(path: String, notice: @escaping @Sendable (String) -> Void) {
        self.path = path
        self.notice = notice
    }

    /// Appends the records of some events with one write and waits for the disk; all of them or none.
    mutating func append(_ events: [AuditEvent]) throws(AuditFault) {
        let file = try self.lockedFile()
        defer { file.unlock() }
        var head = try self.currentHead(of: file)
        var bytes: [UInt8] = []
        let now = AuditRecord.now()
        for event in events {
            let record = AuditRecord(event, after: head, microseconds: now)
            bytes.append(contentsOf: record.line)
            head = record.head
        }
        try file.append(bytes)
        self.known = head
        self.count = (try? file.count) ?? self.count
    }

    /// Opens the file, sets a torn line aside, and finds the end of the chain.
    mutating func check() throws(AuditFault) {
        let file = try self.lockedFile()
        defer { file.unlock() }
        self.known = try self.currentHead(of: file)
    }

    /// The file that the path names now, with the lock on it.
    private mutating func lockedFile() throws(AuditFault) -> AuditDescriptor {
        // Rotation while we wait for the lock is rare; twice in a row means that somebody plays with the path.
        for _ in 0..<8 {
            let file = try self.openFile()
            try file.lock()
            if (try? file.isStill(at: self.path)) ?? false { return file }
            // The rotated file may have got records of others after ours, and the new one has to follow those.
            if let last = try? AuditTail(of: file).head, last.sequence > self.known?.sequence ?? 0 { self.known = last }
            file.unlock()
            self.file = nil
        }
        throw AuditFault(message: "\(self.path) is replaced again and again")
    }

    private mutating func openFile() throws(AuditFault) -> AuditDescriptor {
        if let file = self.file { return file }
        let file = try AuditDescriptor(self.path)
        try AuditFolder(of: self.path).synchronize()
        self.file = file
        self.count = 0
        return file
    }

    private mutating func currentHead(of file: AuditDescriptor) throws(AuditFault) -> AuditHead {
        let tail = try AuditTail(of: file)
        if !tail.torn.isEmpty {
            let folder = AuditFolder(of: self.path)
            try folder.keep(tail.torn)
            try file.truncate(to: tail.end)
            self.notice("a torn line of \(tail.torn.count) bytes at the end of the audit log was set aside")
        }
        if tail.end < self.count { self.notice("the audit log was cut from \(self.count) to \(tail.end) bytes") }
        self.count = tail.end
        guard let head = tail.head else {
            guard tail.end == 0 else { throw AuditFault(message: "the last line of \(self.path) is no record") }
            // While this process wrote nothing the log may have been rotated more than once.
            let rotated = try AuditFolder(of: self.path).headOfRotated() ?? .start
            guard let known = self.known, known.sequence > rotated.sequence else { return rotated }
            return known
        }
        guard let known = self.known, known.sequence > head.sequence else { return head }
        self.notice("the audit log has gone back from record \(known.sequence) to record \(head.sequence)")
        return known
    }
}

/// The end of the log as it is on the disk: the last record, and what a crash left behind it.
struct AuditTail {
    /// The head after the last whole line; nil if there is no line, or none that is a record.
    let head: AuditHead?
    /// Where the last whole line ends.
    let end: Int64
    /// The bytes behind that: a line without its end.
    let torn: [UInt8]

    /// Reads the end of a file, from the back.
    init(of file: AuditDescriptor) throws(AuditFault) {
        let count = try file.count
        var length = min(count, 4096)
        while true {
            let bytes = try file.read(Int(length), at: count - length)
            let last = bytes.lastIndex(of: 0x0A)
            let before = last.flatMap { bytes[..<$0].lastIndex(of: 0x0A) }
            guard before == nil, length < count else {
                let end = last.map { $0 + 1 } ?? 0
                self.end = count - length + Int64(end)
                self.torn = Array(bytes[end...])
                self.head = last.flatMap { .after(line: Array(bytes[(before.map { $0 + 1 } ?? 0)..<$0])) }
                return
            }
            // A torn batch is smaller by far; this is something else, and maybe larger than the memory.
            guard length < 1 << 24 else { throw AuditFault(message: "the audit log ends with no line at all") }
            length = min(count, length * 4)
        }
    }
}
