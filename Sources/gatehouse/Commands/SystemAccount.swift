private import Glibc

/// Who runs a command, for the audit log.
enum SystemAccount {
    /// The name of the account of the process's real user, or its number where it has no name.
    static var name: String {
        let number = getuid()
        guard let entry = unsafe getpwuid(number), let text = unsafe entry.pointee.pw_name else { return "\(number)" }
        let name = unsafe String(cString: text)
        return name.isEmpty ? "\(number)" : name
    }
}
