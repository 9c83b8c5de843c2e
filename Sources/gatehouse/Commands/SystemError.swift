private import Glibc

/// What the system said about the call that has just failed.
enum SystemError {
    /// The text of the C library, such as `No space left on device`; call it before anything else can fail.
    static var text: String {
        let code = errno
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}
