private import Glibc

/// A terminal that shows nothing of what is typed, until `end`.
///
/// It is read key by key, so that the key that interrupts gives the terminal back first.
struct QuietTerminal {
    private let former: termios

    /// Turns the echo off.
    static func begin() throws(CommandFailure) -> QuietTerminal {
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else {
            throw CommandFailure(code: 1, message: "cannot use the terminal: \(SystemError.text)")
        }
        let terminal = QuietTerminal(former: settings)
        settings.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG)
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) == 0 else {
            throw CommandFailure(code: 1, message: "cannot turn the echo of the terminal off: \(SystemError.text)")
        }
        return terminal
    }

    /// Gives the terminal back as it was.
    func end() {
        var settings = self.former
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    }

    /// Asks on standard error and reads a line; backspace, Ctrl-U, Ctrl-C and Ctrl-D do what they always do.
    func ask(_ question: String, limit: Int) throws(CommandFailure) -> [UInt8] {
        StandardError.write(question)
        defer { StandardError.write("\n") }
        var line: [UInt8] = []
        while true {
            var key: UInt8 = 0
            let count = unsafe Glibc.read(STDIN_FILENO, &key, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { throw Self.interrupted }
            switch key {
            case 0x0A, 0x0D: return line
            case 0x03: throw Self.interrupted
            case 0x04 where line.isEmpty: throw Self.interrupted
            case 0x04: return line
            case 0x15: line = []
            case 0x08, 0x7F: Self.removeLast(&line)
            default: if line.count < limit { line.append(key) }
            }
        }
    }

    /// Removes the last character of UTF-8.
    private static func removeLast(_ line: inout [UInt8]) {
        while let last = line.popLast(), last & 0xC0 == 0x80 {}
    }

    private static let interrupted = CommandFailure(code: 1, message: "interrupted; nothing was changed")
}
