private import Glibc

/// Standard input for commands that take one short text from it.
enum StandardInput {
    /// Whether a person types.
    static var isTerminal: Bool {
        isatty(STDIN_FILENO) == 1
    }

    /// Reads the first line without what ends it, and no more than `limit` bytes.
    static func firstLine(limit: Int) -> [UInt8] {
        var line: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while line.count < limit {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            line.append(contentsOf: piece.prefix(count))
            if let end = line.firstIndex(of: UInt8(ascii: "\n")) {
                line.removeSubrange(end...)
                break
            }
        }
        return Array(line.prefix(limit))
    }
}
