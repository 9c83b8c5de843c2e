/// Secrets that a section gives as `NAME_file`, or in development as `NAME`.
extension ReadingContext {
    /// The bytes of a secret that stands in the file, or nothing with an error said: production refuses that.
    func literalSecret(_ section: ResolvedSection, _ key: String, _ mode: Settings.Mode) -> [UInt8]? {
        guard let text = section.text(key) else { return nil }
        let place = section.place(of: key)
        guard mode == .development else {
            diagnostics.error(
                "`\(key)` in the file is refused in production (GH-D008)",
                at: place,
                hint: "put it into a file and name that: `\(key)_file: PATH`"
            )
            return nil
        }
        diagnostics.warning("`\(key)` stands in the file; production refuses that", at: place)
        return Array(text.utf8)
    }

    /// The bytes of the file that `KEY_file` names without one line end, or nothing with an error said.
    func secretFile(_ section: ResolvedSection, _ key: String, _ mode: Settings.Mode) -> [UInt8]? {
        let fileKey = "\(key)_file"
        return section.text(fileKey).flatMap { path in
            readSecretFile(path, fileKey, at: section.place(of: fileKey), mode)?.withoutFinalNewline
        }
    }
}
