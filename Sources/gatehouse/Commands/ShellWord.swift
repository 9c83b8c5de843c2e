/// A text as one word of a shell command, in quotes only if it needs them.
struct ShellWord {
    /// What to print.
    let text: String

    init(_ word: String) {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: Self.harmless.contains(byte)
                }
            }
        self.text = isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    private static let harmless = Set("/._-+=:@%,".utf8)
}
