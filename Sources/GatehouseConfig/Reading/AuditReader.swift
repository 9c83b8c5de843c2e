/// Reads `audit`.
struct AuditReader {
    let context: ReadingContext

    /// The section, or nothing if it is not there or with each flaw said.
    func audit(_ section: ResolvedSection?) -> AuditSettings? {
        guard let section, let path = section.text("file"), let isRequired = section.boolean("required"),
            context.canHold(path, "file", at: section.place(of: "file"))
        else { return nil }
        return AuditSettings(path: path, isRequired: isRequired)
    }
}
