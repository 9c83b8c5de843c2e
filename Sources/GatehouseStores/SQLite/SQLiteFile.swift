private import Glibc
internal import GatehouseAccounts

/// The file of the database as the file system sees it.
///
/// Never opened here once it exists: closing any descriptor of a file gives up all POSIX locks that this process has on it, and
/// SQLite relies on those.
struct SQLiteFile: Sendable {
    /// The absolute path.
    let path: String

    /// Which file it is, for as long as it exists.
    struct Identity: Equatable {
        fileprivate let device: UInt64
        fileprivate let number: UInt64
    }

    /// What is at the path.
    enum State: Equatable {
        case missing
        /// A file without a byte.
        case empty
        case present(Identity)
    }

    /// Looks at the path; links are followed.
    func state() throws(StoreFault) -> State {
        var status = stat()
        guard unsafe stat(self.path, &status) == 0 else {
            guard errno == ENOENT else { throw self.fault("cannot look at") }
            return .missing
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unavailable("\(self.path) is no plain file") }
        guard status.st_size > 0 else { return .empty }
        return .present(Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino)))
    }

    /// Makes an empty file with mode 0600, so that nobody else could ever open it; SQLite gives its other files the same mode.
    ///
    /// That another process is faster is fine. A folder in which anybody may exchange the file is refused.
    func create() throws(StoreFault) {
        let folder = self.path.lastIndex(of: "/").map { String(self.path[...$0]) } ?? "."
        var status = stat()
        guard unsafe stat(folder, &status) == 0 else { throw self.fault("cannot look at the folder of") }
        guard status.st_mode & S_IWOTH == 0 || status.st_mode & S_ISVTX != 0 else {
            throw .unavailable("everybody may write in \(folder): `chmod o-w` it")
        }
        let descriptor = unsafe open(self.path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        if descriptor < 0 {
            guard errno == EEXIST else { throw self.fault("cannot make") }
        } else {
            _ = close(descriptor)
        }
    }

    private func fault(_ what: String) -> StoreFault {
        .unavailable("\(what) \(self.path): \(SystemError.text(errno))")
    }
}
