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
