private import Glibc

/// Standard output, unbuffered: what was written is there, whoever reads it.
enum StandardOutput {
    /// Writes text as it is.
    static func write(_ text: String) {
        self.write(Array(text.utf8))
    }

    /// Writes a text and ends the line.
    static func line(_ text: String) {
        self.write(text + "\n")
    }

    /// Writes a JSON document and ends the line; nothing else may go to standard output then.
    static func document(_ json: [UInt8]) {
        self.write(json + [UInt8(ascii: "\n")])
    }

    /// Writes all bytes; a reader that has gone away ends it silently.
    private static func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
