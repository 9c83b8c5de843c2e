/// What every part of the reader needs to know of one file.
///
/// Used by one reader on one thread.
struct ReadingContext {
    /// The words for a key or value whose feature this version lacks.
    static let notSupported = "not supported in this version"

    let source: SourceText
    let diagnostics: DiagnosticCollector
    /// The absolute folder of the file.
    let folder: String
    let environment: [String: String]

    /// An absolute path, relative ones starting at the file's folder.
    func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        let short = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return folder.hasSuffix("/") ? folder + short : folder + "/" + short
    }
}
