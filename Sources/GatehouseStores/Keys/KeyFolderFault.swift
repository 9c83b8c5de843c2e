private import Glibc

/// Why the keys of the accounts service cannot be had, for the operator.
package struct KeyFolderFault: Error, Sendable, Equatable {
    /// What is wrong with which file, with the system's reason.
    package let message: String

    /// Makes a fault.
    package init(message: String) {
        self.message = message
    }

    /// A system call that failed.
    init(_ what: String, _ code: Int32 = errno) {
        self.message = "\(what): \(SystemError.text(code))"
    }
}
