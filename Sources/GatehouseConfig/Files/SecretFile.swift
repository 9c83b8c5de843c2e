private import Glibc

/// A secret file read whole, and how other accounts could get at it.
struct SecretFile {
    let file: BoundedFile
    let exposures: [FileExposure]

    /// Reads a file of at most `limit` bytes; symbolic links are followed.
    ///
    /// What is judged is what was opened, the file and the folder that it really is in, so that nobody can exchange it
    /// between the check and the reading (CWE-367). The folder of a link that leads there is judged, too.
    static func read(_ path: String, limit: Int, for account: ProcessAccount) throws(FileFlaw) -> SecretFile {
        // Kubernetes swaps a volume by exchanging a link, and the folder that was found a moment ago may be gone.
        for _ in 0..<2 {
            do throws(FileFlaw) {
                return try readOnce(path, limit, account)
            } catch {
                guard error.isMissing else { throw error }
            }
        }
        return try readOnce(path, limit, account)
    }

    private static func readOnce(
        _ path: String,
        _ limit: Int,
        _ account: ProcessAccount
    ) throws(FileFlaw) -> SecretFile {
        let real = try resolved(path)
        let (folderPath, name) = split(real)
        let folder = try OpenFile(folderPath, .folder)
        let open = try OpenFile(name, in: folder, .reading)
        let file = try BoundedFile.read(open, limit: limit)
        let folderStatus = try FileStatus(of: folder)
        var exposures = FileExposure.exposures(of: file.status, at: path, for: account)
        let exposure = FileExposure.exposure(of: folderStatus, at: folderPath, holding: file.status, for: account)
        exposures += exposure.map { [$0] } ?? []
        let (linkFolderPath, linkName) = split(path)
        let linkFolder = try OpenFile(linkFolderPath, .folder)
        let linkFolderStatus = try FileStatus(of: linkFolder)
        if !linkFolderStatus.isSame(as: folderStatus) {
            let link = try FileStatus(of: linkName, in: linkFolder)
            let exposure = FileExposure.exposure(of: linkFolderStatus, at: linkFolderPath, holding: link, for: account)
            exposures += exposure.map { [$0] } ?? []
        }
        return SecretFile(file: file, exposures: exposures)
    }

    /// The absolute path without symbolic links.
    private static func resolved(_ path: String) throws(FileFlaw) -> String {
        guard !path.utf8.contains(0) else { throw FileFlaw(reason: "the path holds a NUL") }
        guard let pointer = unsafe realpath(path, nil) else { throw FileFlaw(errorNumber: errno) }
        defer { unsafe free(pointer) }
        return unsafe String(cString: pointer)
    }

    /// The folder of an absolute path, and the name in it.
    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let name = path[path.index(after: slash)...]
        return (slash == path.startIndex ? "/" : String(path[..<slash]), name.isEmpty ? "." : String(name))
    }
}
