import Foundation
import Testing

/// The `openssl` command, as an implementation of its own to test against and a maker of unusual keys.
struct OpenSSLTool: ~Copyable {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-crypto-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Writes a file in the tool's folder.
    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: folder.appending(path: name))
    }

    /// Reads a file of the tool's folder.
    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// Runs the command in the folder, expects success, and returns what it printed.
    @discardableResult
    func run(_ arguments: String...) throws -> [UInt8] {
        let result = try attempt(arguments)
        let report = String(decoding: result.errors, as: UTF8.self)
        try #require(result.status == 0, "openssl \(arguments.joined(separator: " ")): \(report)")
        return result.output
    }

    /// Runs the command in the folder and returns whether it succeeded.
    func succeeds(_ arguments: [String]) throws -> Bool {
        try attempt(arguments).status == 0
    }

    private func attempt(_ arguments: [String]) throws -> (status: Int32, output: [UInt8], errors: [UInt8]) {
        // Files instead of pipes: nothing to drain while the command runs.
        let number = UUID().uuidString
        let (output, errors) = (folder.appending(path: "\(number).out"), folder.appending(path: "\(number).err"))
        try Data().write(to: output)
        try Data().write(to: errors)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, [UInt8](try Data(contentsOf: output)), [UInt8](try Data(contentsOf: errors))
        )
    }
}
