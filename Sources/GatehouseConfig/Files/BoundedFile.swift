private import Glibc

/// A regular file read whole, with what the system said about the very file that was read.
struct BoundedFile {
    let bytes: [UInt8]
    let status: FileStatus

    /// Reads a file of at most `limit` bytes; symbolic links are followed, pipes and devices are refused.
    static func read(_ path: String, limit: Int) throws(FileFlaw) -> BoundedFile {
        try read(OpenFile(path, .reading), limit: limit)
    }

    /// Reads a file of at most `limit` bytes that is open already.
    static func read(_ file: borrowing OpenFile, limit: Int) throws(FileFlaw) -> BoundedFile {
        let status = try FileStatus(of: file)
        guard status.isRegular else {
            throw FileFlaw(reason: status.isFolder ? "it is a folder" : "it is not a regular file")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = unsafe Glibc.read(file.descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFlaw(errorNumber: errno) }
            guard count > 0 else { return BoundedFile(bytes: bytes, status: status) }
            bytes.append(contentsOf: buffer.prefix(count))
        }
        throw FileFlaw(reason: "it is larger than \(limit >> 10) KiB")
    }
}

/// Why a file cannot be read, in words.
struct FileFlaw: Error {
    let reason: String
    /// Whether nothing is there under that name.
    let isMissing: Bool

    init(reason: String) {
        self.reason = reason
        isMissing = false
    }

    init(errorNumber: Int32) {
        isMissing = errorNumber == ENOENT
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

extension BoundedFile {
    /// The bytes without one line end, which editors add and secrets do not mean.
    var withoutFinalNewline: [UInt8] {
        var bytes = bytes
        if bytes.last == 0x0A {
            bytes.removeLast()
            if bytes.last == 0x0D {
                bytes.removeLast()
            }
        }
        return bytes
    }
}
