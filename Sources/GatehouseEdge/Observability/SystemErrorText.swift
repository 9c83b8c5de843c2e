private import Glibc

/// What the system says about an error number.
enum SystemErrorText {
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
