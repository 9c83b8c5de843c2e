private import Glibc

/// A regular file read whole, with what the system said about the very file that was read.
struct BoundedFile {
    let bytes: [UInt8]
    /// The permission bits.
    let mode: UInt32

    /// Whether users outside of owner and group may read or write it.
    var isOpenToOthers: Bool {
        mode & 0o006 != 0
    }

    /// Reads a file of at most `limit` bytes; symbolic links are followed, pipes and devices are refused.
    static func read(_ path: String, limit: Int) throws(FileFlaw) -> BoundedFile {
        guard !path.utf8.contains(0) else { throw FileFlaw(reason: "the path holds a NUL") }
        // Without O_NONBLOCK a named pipe would hold the start for ever.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileFlaw(errorNumber: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw FileFlaw(errorNumber: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileFlaw(reason: status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFlaw(errorNumber: errno) }
            guard count > 0 else { return BoundedFile(bytes: bytes, mode: status.st_mode & 0o7777) }
            bytes.append(contentsOf: buffer.prefix(count))
        }
        throw FileFlaw(reason: "it is larger than \(limit >> 10) KiB")
    }
}

/// Why a file cannot be read, in words.
struct FileFlaw: Error {
    let reason: String

    init(reason: String) {
        self.reason = reason
    }

    init(errorNumber: Int32) {
        reason =
            switch errorNumber {
            case ENOENT: "there is no such file"
            case EACCES, EPERM: "permission denied"
            case ENOTDIR: "a part of the path is not a folder"
            case ELOOP: "too many symbolic links"
            case EMFILE, ENFILE: "too many open files"
            case EISDIR: "it is a folder"
            case ENAMETOOLONG: "the path is too long"
            default: "error \(errorNumber) of the system"
            }
    }
}
