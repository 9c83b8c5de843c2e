private import Glibc

/// An open file or folder, closed when the value goes.
struct OpenFile: ~Copyable {
    let descriptor: Int32

    /// Opens a path; symbolic links are followed.
    init(_ path: String, _ purpose: Purpose) throws(FileFlaw) {
        try self.init(path, at: AT_FDCWD, purpose.flags)
    }

    /// Opens a name in a folder that is open already; a symbolic link is refused.
    init(_ name: String, in folder: borrowing OpenFile, _ purpose: Purpose) throws(FileFlaw) {
        try self.init(name, at: folder.descriptor, purpose.flags | O_NOFOLLOW)
    }

    deinit {
        close(descriptor)
    }

    private init(_ path: String, at folder: Int32, _ flags: Int32) throws(FileFlaw) {
        guard !path.utf8.contains(0) else { throw FileFlaw(reason: "the path holds a NUL") }
        let opened = unsafe openat(folder, path, flags | O_CLOEXEC)
        guard opened >= 0 else { throw FileFlaw(errorNumber: errno) }
        descriptor = opened
    }

    /// What a file is opened for.
    enum Purpose {
        /// Its bytes.
        case reading
        /// Its status, and the names in it; it must be a folder, and need not be readable.
        case folder
        /// Its status alone.
        case status

        fileprivate var flags: Int32 {
            switch self {
            // Without O_NONBLOCK a named pipe would hold the start for ever.
            case .reading: O_RDONLY | O_NONBLOCK
            case .folder: Self.pathOnly | O_DIRECTORY
            case .status: Self.pathOnly
            }
        }

        // O_PATH of Linux on x86-64 and on ARM; the C library hides the name from Swift.
        private static let pathOnly: Int32 = 0o10_000_000
    }
}
