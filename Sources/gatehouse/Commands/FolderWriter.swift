internal import GatehouseCrypto

private import FoundationEssentials
internal import Glibc

/// Writes the files of a folder that only its owner may enter.
///
/// What it made can be taken back as long as it is not finished, so that a failure leaves nothing half written.
struct FolderWriter {
    /// The folder, absolute and without symbolic links.
    let path: String
    private var made: [String] = []

    /// Makes the folder, and those above it that are missing, or takes one that is empty.
    init(making path: String) throws(CommandFailure) {
        var made: [String] = []
        do throws(CommandFailure) {
            try Self.makeFolders(path, &made)
            guard try Self.isEmpty(path) else {
                throw CommandFailure(code: 1, message: "\(path) is not empty; nothing was written")
            }
            self.path = try Self.resolved(path)
            try Self.protect(self.path)
        } catch {
            Self.remove(made)
            throw error
        }
        self.made = made
    }

    /// Takes a folder that is there, with what is in it.
    init(existing path: String) throws(CommandFailure) {
        self.path = try Self.resolved(path)
        try Self.protect(self.path)
    }

    /// Makes a folder with a new name below the system's folder for temporary files.
    init(temporary prefix: String) throws(CommandFailure) {
        let folder = ProcessEnvironment.variables["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        // `mkdtemp` takes six of this letter for the place of the name.
        var template = Array("\(folder)/\(prefix)-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw CommandFailure(code: 1, message: "cannot make a folder in \(folder): \(SystemError.text)")
        }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.path = try Self.resolved(path)
        self.made = [path]
    }

    /// Makes a folder in the folder, if it is not there.
    mutating func makeFolder(_ name: String) throws(CommandFailure) {
        let path = "\(self.path)/\(name)"
        if unsafe mkdir(path, 0o700) == 0 {
            self.made.append(path)
        } else if errno != EEXIST {
            throw CommandFailure(code: 1, message: "cannot make \(path): \(SystemError.text)")
        }
        try Self.protect(path)
    }

    /// Writes a file, whole or not at all; one of that name is replaced.
    mutating func write(_ bytes: [UInt8], to name: String, mode: mode_t = 0o600) throws(CommandFailure) {
        let path = "\(self.path)/\(name)"
        let draft = path + ".new"
        _ = unsafe unlink(draft)
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw CommandFailure(code: 1, message: "cannot write \(path): \(SystemError.text)")
        }
        let isWritten =
            fchmod(descriptor, mode) == 0 && Self.writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
            && (unsafe rename(draft, path)) == 0
        let reason = SystemError.text
        close(descriptor)
        self.sync()
        guard isWritten else {
            _ = unsafe unlink(draft)
            throw CommandFailure(code: 1, message: "cannot write \(path): \(reason)")
        }
        self.made.append(path)
    }

    /// Writes a secret file, which only its owner may read.
    mutating func write(_ secret: Secret, to name: String) throws(CommandFailure) {
        try self.write(secret.reveal { [UInt8](copying: $0) }, to: name)
    }

    /// Counts a folder in it that others have just made, with its files, among what can be taken back.
    mutating func adopt(_ name: String) {
        let path = "\(self.path)/\(name)"
        self.made.append(path)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        self.made += files.map { "\(path)/\($0)" }
    }

    /// Removes what was made, the newest first; what others put there in the meantime stays.
    func takeBack() {
        Self.remove(self.made)
    }

    /// Makes the names in the folder durable, too; a file system that cannot is no reason to fail.
    private func sync() {
        let descriptor = unsafe open(self.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }

    private static func remove(_ paths: [String]) {
        for path in paths.reversed() {
            if unsafe unlink(path) != 0 { _ = unsafe rmdir(path) }
        }
    }

    private static func makeFolders(_ path: String, _ made: inout [String]) throws(CommandFailure) {
        if unsafe mkdir(path, 0o700) == 0 {
            made.append(path)
            return
        }
        let reason = SystemError.text
        switch errno {
        case EEXIST:
            return
        case ENOENT:
            let trimmed = path.hasSuffix("/") ? String(path.dropLast()) : path
            guard let slash = trimmed.lastIndex(of: "/"), slash != trimmed.startIndex else { break }
            try self.makeFolders(String(trimmed[..<slash]), &made)
            guard unsafe mkdir(path, 0o700) == 0 else { break }
            made.append(path)
            return
        default:
            break
        }
        throw CommandFailure(code: 1, message: "cannot make \(path): \(reason)")
    }

    private static func isEmpty(_ path: String) throws(CommandFailure) -> Bool {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).isEmpty
        } catch {
            throw CommandFailure(code: 1, message: "\(path) is not a folder that can be read")
        }
    }

    private static func resolved(_ path: String) throws(CommandFailure) -> String {
        guard let resolved = unsafe realpath(path, nil) else {
            throw CommandFailure(code: 1, message: "cannot use \(path): \(SystemError.text)")
        }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    private static func protect(_ path: String) throws(CommandFailure) {
        guard unsafe chmod(path, 0o700) == 0 else {
            throw CommandFailure(code: 1, message: "cannot protect \(path): \(SystemError.text)")
        }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
