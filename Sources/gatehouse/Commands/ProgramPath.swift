private import FoundationEssentials

/// Where this program is, for commands that are printed to be pasted.
enum ProgramPath {
    /// The absolute path as a word of a shell command, so that the line works in any folder.
    static var word: String {
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return ShellWord(path ?? "gatehouse").text
    }
}
