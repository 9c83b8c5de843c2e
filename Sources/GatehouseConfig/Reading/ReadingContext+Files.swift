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

    /// Says when a secret file is open to everyone: an error in production (GH-D009).
    func checkPermissions(_ file: BoundedFile, _ key: String, at place: Position?, _ mode: Settings.Mode) {
        guard file.isOpenToOthers else { return }
        let octal = String(file.mode, radix: 8)
        let message = "\(key): others than owner and group may use this file (mode 0\(octal))"
        let hint = "`chmod o-rwx` it"
        if mode == .production {
            diagnostics.error("\(message) (GH-D009)", at: place, hint: hint)
        } else {
            diagnostics.warning(message, at: place, hint: hint)
        }
    }
}
