private import Glibc

/// What the system says about a file or folder: who owns it and who may do what with it.
struct FileStatus {
    /// The kind and the permission bits.
    let mode: UInt32
    let owner: UInt32
    let group: UInt32
    private let device: UInt64
    private let number: UInt64

    /// A status as a file could have it.
    init(mode: UInt32, owner: UInt32, group: UInt32, device: UInt64 = 0, number: UInt64 = 0) {
        self.mode = mode
        self.owner = owner
        self.group = group
        self.device = device
        self.number = number
    }

    /// The status of what is open, which nobody can exchange any more.
    init(of file: borrowing OpenFile) throws(FileFlaw) {
        var status = stat()
        guard unsafe fstat(file.descriptor, &status) == 0 else { throw FileFlaw(errorNumber: errno) }
        self.init(status)
    }

    /// The status of a name in an open folder, of the link itself if it is one.
    init(of name: String, in folder: borrowing OpenFile) throws(FileFlaw) {
        var status = stat()
        guard unsafe fstatat(folder.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw FileFlaw(errorNumber: errno)
        }
        self.init(status)
    }

    private init(_ status: stat) {
        self.init(
            mode: status.st_mode,
            owner: status.st_uid,
            group: status.st_gid,
            device: UInt64(truncatingIfNeeded: status.st_dev),
            number: UInt64(truncatingIfNeeded: status.st_ino)
        )
    }

    var isFolder: Bool { mode & S_IFMT == S_IFDIR }
    var isRegular: Bool { mode & S_IFMT == S_IFREG }
    /// The permission bits as `chmod` takes them.
    var permissions: String { "0" + String(mode & 0o7777, radix: 8) }

    /// Whether both are of one and the same file or folder.
    func isSame(as other: FileStatus) -> Bool {
        device == other.device && number == other.number
    }
}
