import Testing
import TestSupport

/// `users create` on a terminal.
@Suite(.blocking)
struct PasswordPromptTests {
    @Test
    func `on a terminal the password is asked twice and never shown, and backspace works`() throws {
        let shell = try AccountsShell()
        let typed = AccountsShell.password.replacing("horse", with: "horsX\u{7F}e")
        let seen = try play(shell, typing: [typed + "\r", AccountsShell.password + "\r"])
        #expect(seen.status == 0, "\(seen.output)")
        #expect(seen.output.contains("Password for ") && seen.output.contains("Again: "))
        #expect(!seen.output.contains("battery") && seen.output.contains("abc@company.test"))
        #expect(try shell.users("list").items?.count == 1)
    }

    @Test(arguments: [["correct battery horse staple\r", "something else altogether\r"], ["corr\u{3}"], ["\u{4}"]])
    func `two different passwords, Ctrl-C and Ctrl-D change nothing, exit 1, and give the echo back`(
        _ typed: [String]
    ) throws {
        let shell = try AccountsShell()
        let seen = try play(shell, typing: typed)
        #expect(seen.status == 1 && seen.output.contains("nothing was changed"), "\(seen.output)")
        #expect(seen.output.contains("echo is on"))
        #expect(try shell.users("list") == .array([]))
    }

    /// Runs `users create` on a terminal of its own; each text is typed after a question.
    private func play(_ shell: AccountsShell, typing texts: [String]) throws -> Command {
        let command = [
            try GatehouseBinary.path(), "users", "create", "--config", shell.file, "--email", "abc@company.test",
            "--username", "abc",
        ]
        return try Command.run(["python3", "-c", Self.terminal, "\(texts.count)"] + texts + command, seconds: 60)
    }

    private static let terminal = #"""
        import os, pty, sys, termios
        count = int(sys.argv[1])
        texts, command = sys.argv[2:2 + count], sys.argv[2 + count:]
        child, terminal = pty.fork()
        if child == 0:
            os.execv(command[0], command)
        seen, asked = b"", 0
        while True:
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                break
            if not piece:
                break
            seen += piece
            if asked < count and seen.count(b": ") > asked and seen.endswith(b": "):
                os.write(terminal, texts[asked].encode())
                asked += 1
            if b"nothing was changed" in seen and b"echo is" not in seen:
                mode = termios.tcgetattr(terminal)[3]
                seen += b"echo is on" if mode & termios.ECHO and mode & termios.ICANON else b"echo is off"
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(seen.decode(errors="replace"))
        sys.exit(status)
        """#
}
