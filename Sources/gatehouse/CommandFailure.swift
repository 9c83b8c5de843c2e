/// Why a command ends without having done what it was asked: the exit code and what to say on standard error.
///
/// Codes: 1 failed or refused, 2 wrong usage, 3 go-live findings, 78 bad configuration.
struct CommandFailure: Error {
    let code: Int32
    /// What to print, or nil if it has been said already.
    let message: String?

    init(code: Int32, message: String?) {
        self.code = code
        self.message = message
    }

    /// A feature that the contract names and this version lacks.
    static func notSupported(_ what: String) -> CommandFailure {
        CommandFailure(code: 2, message: "\(what): not supported in this version")
    }
}
