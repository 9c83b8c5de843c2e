internal import GatehouseConfig
internal import GatehouseCore
internal import GatehouseEdge
internal import GatehouseStores

/// The audit log that a configuration names, opened; `Sendable`.
struct OpenAudit: Sendable {
    /// Where events go; nowhere without an `audit:` section.
    let log: any AuditLog
    private let file: AuditLogFile?
    private let report: @Sendable (String) -> Void

    /// Opens the log; `report` is told of what the operator should know, such as records that were lost.
    init(_ settings: Settings, report: @escaping @Sendable (String) -> Void) {
        self.report = report
        guard let audit = settings.audit else {
            self.log = NoAuditLog()
            self.file = nil
            return
        }
        let file = AuditLogFile(path: audit.path, notice: report)
        self.file = file
        self.log = audit.isRequired ? file : OptionalAuditLog(file) { report("an audit record is lost: \($0.message)") }
    }

    /// Opens the file and sets aside what a crash tore; a log that cannot be written is reported, and refuses what needs it later.
    func prepare() {
        do throws(AuditFault) {
            try self.file?.check()
        } catch {
            self.report("the audit log cannot be written: \(error.message)")
        }
    }

    /// What was recorded, for metrics; nil without a log.
    var facts: GateFacts.AuditFacts? {
        self.file.map { file in
            let facts = file.facts
            return GateFacts.AuditFacts(
                records: AuditEvent.Name.allCases.compactMap { name in
                    facts.records[name].map { (event: name.rawValue, count: $0) }
                },
                failures: facts.failures
            )
        }
    }

    /// Tells a person at the shell.
    @Sendable static func toStandardError(_ text: String) {
        StandardError.write("gatehouse: warning: \(text)\n")
    }
}
