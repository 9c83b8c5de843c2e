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
        return context.canHold(path, "file", at: section.place(of: "file")) ? .file(path: path) : nil
    }
}
