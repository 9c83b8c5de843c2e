private import Glibc
internal import GatehouseCore

/// The open file of the audit log, closed when the last reference goes.
final class AuditDescriptor: Sendable {
    private let number: Int32

    /// What a file is opened for.
    enum Purpose {
        /// The end of it; it need not be there.
        case appending
        /// Its bytes.
        case reading
    }

    /// Opens a file, or makes it with mode 0600; a symbolic link or anything but a plain file is refused.
    init(_ path: String, for purpose: Purpose = .appending) throws(AuditFault) {
        guard !path.utf8.contains(0) else { throw AuditFault(message: "the path of the audit log holds a NUL") }
        let access = purpose == .appending ? O_RDWR | O_APPEND | O_CREAT : O_RDONLY
        let opened = unsafe open(path, access | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o600)
        guard opened >= 0 else { throw SystemError.fault("cannot open \(path)") }
        self.number = opened
        guard try self.status().st_mode & S_IFMT == S_IFREG else {
            throw AuditFault(message: "\(path) is no plain file")
        }
    }

    deinit {
        _ = close(self.number)
    }

    /// Takes the lock that only one writer has; waits for the others a short time and no longer.
    ///
    /// The wait is bounded because the one who has the lock may have been stopped.
    func lock(patience: Duration = .seconds(2)) throws(AuditFault) {
        let end = ContinuousClock.now + patience
        while flock(self.number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EINTR || errno == EWOULDBLOCK else { throw SystemError.fault("cannot lock the audit log") }
            guard ContinuousClock.now < end else {
                throw AuditFault(message: "the audit log has been locked by another process for \(patience)")
            }
            _ = usleep(200)
        }
    }

    /// Gives the lock back.
    func unlock() {
        _ = flock(self.number, LOCK_UN)
    }

    /// Whether the path still names this file.
    func isStill(at path: String) throws(AuditFault) -> Bool {
        let open = try self.status()
        var named = stat()
        guard unsafe lstat(path, &named) == 0 else { return false }
        return named.st_dev == open.st_dev && named.st_ino == open.st_ino
    }

    /// The size in bytes.
    var count: Int64 {
        get throws(AuditFault) { Int64(try self.status().st_size) }
    }

    /// Reads bytes at a place; fewer than wanted only at the end of the file.
    func read(_ count: Int, at offset: Int64) throws(AuditFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = unsafe bytes.withUnsafeMutableBytes { room in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room[filled...])
                return unsafe pread(self.number, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw SystemError.fault("cannot read the audit log") }
            guard got > 0 else { break }
            filled += got
        }
        return Array(bytes.prefix(filled))
    }

    /// Appends all of the bytes in one write and waits until they are on the disk; on failure nothing of them stays.
    func append(_ bytes: [UInt8]) throws(AuditFault) {
        let before = try self.count
        var written: Int
        repeat {
            written = unsafe bytes.withUnsafeBytes { unsafe write(self.number, $0.baseAddress, $0.count) }
        } while written < 0 && errno == EINTR
        // A short write is how a disk says that it has just become full.
        var code = written < 0 ? errno : written < bytes.count ? ENOSPC : 0
        if code == 0, fdatasync(self.number) != 0 { code = errno }
        guard code != 0 else { return }
        _ = ftruncate(self.number, off_t(before))
        throw SystemError.fault("cannot write the audit log", code)
    }

    /// Cuts the file off behind a number of bytes.
    func truncate(to count: Int64) throws(AuditFault) {
        guard ftruncate(self.number, off_t(count)) == 0, fdatasync(self.number) == 0 else {
            throw SystemError.fault("cannot cut a torn line off the audit log")
        }
    }

    private func status() throws(AuditFault) -> stat {
        var status = stat()
        guard unsafe fstat(self.number, &status) == 0 else { throw SystemError.fault("cannot look at the audit log") }
        return status
    }
}
