import Foundation

/// What version control knows of this checkout.
enum Git {
    /// The paths under version control; none where the files came without their history.
    static func trackedFiles(in root: URL) throws -> [String] {
        guard FileManager.default.fileExists(atPath: root.appending(path: ".git").path) else { return [] }
        let command = Process()
        command.executableURL = URL(filePath: "/usr/bin/env")
        command.arguments = ["git", "-C", root.path, "ls-files"]
        let output = Pipe()
        command.standardOutput = output
        try command.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        command.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
