internal import GatehouseAccounts
internal import GatehouseCrypto

/// Gets a new password: the first line of standard input, or asked twice if that is a terminal.
enum PasswordPrompt {
    /// Reads it, and blocks until it is there.
    ///
    /// On a terminal `owner` says whose it is.
    static func read(for owner: String) throws(CommandFailure) -> NormalizedPassword {
        // A password that a crash wrote to the disk would outlive the command; where it cannot be helped, it goes on.
        _ = ProcessMemory.forbidDumps()
        guard StandardInput.isTerminal else { return try self.password(StandardInput.firstLine(limit: self.limit)) }
        let terminal = try QuietTerminal.begin()
        defer { terminal.end() }
        let first = try terminal.ask("Password for \(owner): ", limit: self.limit)
        let second = try terminal.ask("Again: ", limit: self.limit)
        guard Secret(first).constantTimeEquals(Secret(second)) else {
            throw CommandFailure(code: 1, message: "the two are different; nothing was changed")
        }
        return try self.password(first)
    }

    private static func password(_ line: [UInt8]) throws(CommandFailure) -> NormalizedPassword {
        // A line of a file that was written on Windows; no password may hold a control character anyway.
        let text = line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : line
        guard !text.isEmpty else {
            throw CommandFailure(code: 2, message: "there is no password in the first line of standard input")
        }
        return NormalizedPassword(utf8: Secret(text))
    }

    /// More than any password has, so that one that is too long is refused and not cut.
    private static let limit = 4 * NormalizedPassword.longest
}
