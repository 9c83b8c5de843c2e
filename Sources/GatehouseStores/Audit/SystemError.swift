private import Glibc
internal import GatehouseCore

/// What the system says about a call that failed.
enum SystemError {
    /// A fault of the audit log with the system's reason.
    static func fault(_ what: String, _ code: Int32 = errno) -> AuditFault {
        AuditFault(message: "\(what): \(self.text(code))")
    }

    /// The text of the C library, such as `No space left on device`.
    static func text(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        let text = unsafe buffer.withUnsafeMutableBufferPointer { room -> String? in
            guard let base = room.baseAddress, unsafe strerror_r(code, base, room.count) == 0 else { return nil }
            return unsafe String(cString: base)
        }
        return text ?? "error \(code)"
    }
}
