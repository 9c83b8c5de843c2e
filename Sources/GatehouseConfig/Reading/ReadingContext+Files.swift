extension ReadingContext {
    /// A file that a key names, or nothing with an error at its place.
    func readFile(_ path: String, _ key: String, at place: Position?) -> BoundedFile? {
        do {
            return try BoundedFile.read(path, limit: 1 << 20)
        } catch {
            diagnostics.error("\(key): cannot read `\(Excerpt.path(path))`: \(error.reason)", at: place)
            return nil
        }
    }

    /// A secret file that a key names, or nothing with an error at its place.
    ///
    /// Says how other accounts could get at it: an error in production, which may be one of a go-live check.
    func readSecretFile(_ path: String, _ key: String, at place: Position?, _ mode: Settings.Mode) -> BoundedFile? {
        do {
            let secret = try SecretFile.read(path, limit: 1 << 20, for: .current())
            for exposure in secret.exposures {
                let message = "\(key): \(exposure.reason)"
                if mode == .production {
                    let check = exposure.check.map { " (\($0))" } ?? ""
                    diagnostics.error(message + check, at: place, hint: exposure.hint)
                } else {
                    diagnostics.warning(message, at: place, hint: exposure.hint)
                }
            }
            return secret.file
        } catch {
            diagnostics.error("\(key): cannot read `\(Excerpt.path(path))`: \(error.reason)", at: place)
            return nil
        }
    }
}

extension ReadingContext {
    /// Whether a file can be made or appended to at a path, said if not: it will be opened late in the start.
    func canHold(_ path: String, _ key: String, at place: Position?) -> Bool {
        guard hasFolder(of: path, key, at: place) else { return false }
        guard status(of: path)?.isFolder != true else {
            diagnostics.error("\(key): `\(Excerpt.path(path))` is a folder", at: place)
            return false
        }
        return true
    }

    /// Whether a path is a folder, or can become one; says what is wrong.
    ///
    /// Whoever may write to it may put keys of his own there.
    func canBeFolder(_ path: String, _ key: String, at place: Position?, _ mode: Settings.Mode) -> Bool {
        guard let status = status(of: path) else { return hasFolder(of: path, key, at: place) }
        let shown = Excerpt.path(path)
        guard status.isFolder else {
            diagnostics.error("\(key): `\(shown)` is not a folder", at: place)
            return false
        }
        guard status.mode & 0o002 != 0 else { return true }
        let message = "\(key): everyone may write to the folder `\(shown)` (mode \(status.permissions))"
        guard mode == .production else {
            diagnostics.warning(message, at: place, hint: "`chmod 700 \(shown)`")
            return true
        }
        diagnostics.error(message, at: place, hint: "`chmod 700 \(shown)`")
        return false
    }

    private func hasFolder(of path: String, _ key: String, at place: Position?) -> Bool {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        let shown = Excerpt.path(folder)
        do throws(FileFlaw) {
            _ = try OpenFile(folder.isEmpty ? "/" : folder, .folder)
            return true
        } catch {
            if error.isMissing {
                diagnostics.error("\(key): there is no folder `\(shown)`", at: place, hint: "`mkdir -p \(shown)`")
            } else {
                diagnostics.error("\(key): cannot use the folder `\(shown)`: \(error.reason)", at: place)
            }
            return false
        }
    }

    private func status(of path: String) -> FileStatus? {
        do throws(FileFlaw) {
            return try FileStatus(of: OpenFile(path, .status))
        } catch {
            return nil
        }
    }
}
