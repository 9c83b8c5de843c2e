internal import GatehouseCrypto
private import Glibc

/// The files of a folder that holds secrets, read and written through the open folder.
final class KeyFiles: Sendable {
    private let folder: Int32
    private let path: String

    /// Opens the folder, and makes it with mode 0700 if it is not there.
    init(_ path: String) throws(KeyFolderFault) {
        guard !path.utf8.contains(0) else { throw KeyFolderFault(message: "the path of the keys holds a NUL") }
        if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw KeyFolderFault("cannot make \(path)") }
        let opened = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw KeyFolderFault("cannot open \(path)") }
        self.folder = opened
        self.path = path
        let status = try KeyFiles.status(opened, path)
        // Whoever may write to the folder may put another key in the place of ours.
        guard status.st_mode & 0o002 == 0 else {
            throw KeyFolderFault(message: "everyone may write to \(path); use `chmod o-w` on it")
        }
    }

    deinit {
        close(self.folder)
    }

    /// The path of a file, for messages.
    func path(of name: String) -> String {
        "\(self.path)/\(name)"
    }

    /// Reads a file of at most 64 KiB; nil if it is not there.
    func read(_ name: String) throws(KeyFolderFault) -> Secret? {
        // Without O_NONBLOCK a named pipe would hold the start for ever.
        let file = unsafe openat(self.folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw KeyFolderFault("cannot open \(self.path(of: name))")
        }
        defer { close(file) }
        try self.checkExposure(file, name)
        var bytes = [UInt8](repeating: 0, count: KeyFiles.limit + 1)
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                return unsafe Glibc.read(file, rest.baseAddress, rest.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw KeyFolderFault("cannot read \(self.path(of: name))") }
            guard count > 0 else { return Secret(Array(bytes.prefix(filled))) }
            filled += count
        }
        throw KeyFolderFault(message: "\(self.path(of: name)) is too large")
    }

    /// Writes a file with mode 0600, whole or not at all; on return it is on the disk under its name.
    func write(_ content: Secret, to name: String) throws(KeyFolderFault) {
        let draft = name + KeyFiles.draftSuffix
        // The lock is ours, so a draft that is there is that of a process that was killed.
        _ = unsafe unlinkat(self.folder, draft, 0)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = unsafe openat(self.folder, draft, flags, 0o600)
        guard file >= 0 else { throw KeyFolderFault("cannot write \(self.path(of: name))") }
        var isDone = fchmod(file, 0o600) == 0 && KeyFiles.writeAll(content, to: file) && fsync(file) == 0
        var code = errno
        close(file)
        if isDone {
            isDone = unsafe renameat(self.folder, draft, self.folder, name) == 0 && fsync(self.folder) == 0
            code = errno
        }
        guard isDone else {
            _ = unsafe unlinkat(self.folder, draft, 0)
            throw KeyFolderFault("cannot write \(self.path(of: name))", code)
        }
    }

    /// Removes the drafts of processes that were killed; for whoever holds the lock.
    func removeDrafts() throws(KeyFolderFault) {
        // A descriptor of its own, which closing the listing closes.
        let copy = unsafe openat(self.folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw KeyFolderFault("cannot read \(self.path)") }
        guard let listing = unsafe fdopendir(copy) else {
            close(copy)
            throw KeyFolderFault("cannot read \(self.path)")
        }
        defer { unsafe closedir(listing) }
        while let entry = unsafe readdir(listing) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(KeyFiles.draftSuffix) { _ = unsafe unlinkat(self.folder, name, 0) }
        }
    }

    /// Runs a closure while no other process does; waits for it.
    ///
    /// The lock goes with the process that holds it, however that ends.
    func locked<Value>(_ body: () throws(KeyFolderFault) -> Value) throws(KeyFolderFault) -> Value {
        let file = unsafe openat(self.folder, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw KeyFolderFault("cannot write to \(self.path)") }
        defer { close(file) }
        while flock(file, LOCK_EX) != 0 {
            guard errno == EINTR else { throw KeyFolderFault("cannot lock \(self.path)") }
        }
        return try body()
    }

    /// Looks at the open file, which nobody can exchange any more (CWE-367).
    private func checkExposure(_ file: Int32, _ name: String) throws(KeyFolderFault) {
        let path = self.path(of: name)
        let status = try KeyFiles.status(file, path)
        guard status.st_mode & S_IFMT == S_IFREG else { throw KeyFolderFault(message: "\(path) is no plain file") }
        let isGroupOurs = KeyFiles.groups.contains(status.st_gid)
        // Kubernetes gives secrets to the group of the pod, and `fsGroup` makes that group ours.
        guard status.st_mode & 0o027 == 0, status.st_mode & 0o040 == 0 || isGroupOurs else {
            let mode = String(status.st_mode & 0o7777, radix: 8)
            throw KeyFolderFault(message: "others may use \(path) (mode 0\(mode)); use `chmod 600` on it")
        }
        guard [0, geteuid()].contains(status.st_uid) else {
            throw KeyFolderFault(message: "\(path) belongs to another account (user \(status.st_uid))")
        }
    }

    private static func status(_ file: Int32, _ path: String) throws(KeyFolderFault) -> stat {
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw KeyFolderFault("cannot look at \(path)") }
        return status
    }

    private static var groups: [gid_t] {
        let count = max(getgroups(0, nil), 0)
        var groups = [gid_t](repeating: 0, count: Int(count))
        let filled = unsafe getgroups(count, &groups)
        return [getegid()] + groups.prefix(Int(max(filled, 0)))
    }

    private static func writeAll(_ content: Secret, to file: Int32) -> Bool {
        content.reveal { span in
            var offset = 0
            while offset < span.count {
                let rest = span.extracting(droppingFirst: offset)
                let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                offset += count
            }
            return true
        }
    }

    private static let limit = 64 * 1024
    private static let draftSuffix = ".new"
}
