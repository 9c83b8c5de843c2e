private import FoundationEssentials
private import Glibc
internal import GatehouseCore

/// What lies beside the audit log: torn lines that were set aside, and files that were rotated away.
struct AuditFolder {
    private let path: String
    private let folder: String
    private let name: String

    /// The surroundings of the log at a path.
    init(of path: String) {
        let slash = path.lastIndex(of: "/")
        self.path = path
        self.folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        self.name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Keeps a torn line in `FILE.torn`; returns once it is on the disk.
    func keep(_ torn: [UInt8]) throws(AuditFault) {
        try AuditDescriptor(self.path + ".torn").append(torn + [0x0A])
        try self.synchronize()
    }

    /// Waits until the names in the folder are on the disk, so that a new file outlives a power loss.
    ///
    /// A folder that we may write in but not list cannot be waited for, and is good enough for a log.
    func synchronize() throws(AuditFault) {
        let folder = unsafe open(self.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 || errno != EACCES else { return }
        guard folder >= 0 else { throw SystemError.fault("cannot open \(self.folder)") }
        defer { _ = close(folder) }
        guard fsync(folder) == 0 else { throw SystemError.fault("cannot sync \(self.folder)") }
    }

    /// The end of the chain in the files that were rotated away, or nil if there is none.
    ///
    /// Only who finds an empty log has to look there.
    func headOfRotated() throws(AuditFault) -> AuditHead? {
        var newest: AuditHead?
        for path in self.rotated {
            let file = try AuditDescriptor(path, for: .reading)
            // Whoever still has the old file open may be writing its last record.
            try file.lock()
            defer { file.unlock() }
            if let head = try AuditTail(of: file).head, head.sequence > newest?.sequence ?? 0 { newest = head }
        }
        return newest
    }

    /// The paths of `FILE.1`, `FILE-20260131` and the like; what is compressed cannot be read here.
    private var rotated: [String] {
        let name = self.name
        let names = (try? FileManager.default.contentsOfDirectory(atPath: self.folder)) ?? []
        let found = names.filter { candidate in
            let rest = candidate.utf8.dropFirst(name.utf8.count)
            guard candidate.hasPrefix(name), let mark = rest.first, mark == 0x2E || mark == 0x2D else { return false }
            return rest.dropFirst().allSatisfy { $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x54 } && rest.count > 1
        }
        return found.map { self.folder + "/" + $0 }
    }
}
