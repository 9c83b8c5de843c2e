/// Reads `access_log`.
struct AccessLogReader {
    let context: ReadingContext

    /// Where the access log goes, or nothing with each flaw said.
    func accessLog(_ root: ResolvedSection) -> AccessLogSettings? {
        if root["access_log"]?.isWord("off") == true {
            return .off
        }
        guard let section = root.section("access_log"), let file = section.text("file") else { return nil }
        guard file != "stdout" else { return .standardOutput }
        let path = context.absolute(file)
        return isUsable(path, section.place(of: "file")) ? .file(path: path) : nil
    }

    /// Whether a file can be there: the log is opened late in the start, and a message then has no place in the file.
    private func isUsable(_ path: String, _ place: Position?) -> Bool {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        let shown = Excerpt.path(folder)
        do throws(FileFlaw) {
            _ = try OpenFile(folder.isEmpty ? "/" : folder, .folder)
        } catch {
            if error.isMissing {
                context.diagnostics.error("file: there is no folder `\(shown)`", at: place, hint: "`mkdir -p \(shown)`")
            } else {
                context.diagnostics.error("file: cannot use the folder `\(shown)`: \(error.reason)", at: place)
            }
            return false
        }
        guard isFolder(path) else { return true }
        context.diagnostics.error("file: `\(Excerpt.path(path))` is a folder", at: place)
        return false
    }

    private func isFolder(_ path: String) -> Bool {
        do throws(FileFlaw) {
            return try FileStatus(of: OpenFile(path, .status)).isFolder
        } catch {
            return false
        }
    }
}
