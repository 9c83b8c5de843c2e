import Foundation

/// The program under test.
package enum GatehouseBinary {
    /// The path that `GATEHOUSE_BINARY` names, else the newest build in the package's own build folder.
    package static func path() throws -> String {
        if let named = ProcessInfo.processInfo.environment["GATEHOUSE_BINARY"] { return named }
        let root = packageRoot()
        let builds = ["debug", "release"].map { "\(root)/.build/\($0)/gatehouse" }
        let dated = builds.compactMap { path -> (String, Date)? in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return (attributes?[.modificationDate] as? Date).map { (path, $0) }
        }
        guard let newest = dated.max(by: { $0.1 < $1.1 }) else {
            throw SupportFailure("no gatehouse binary: build it first or set GATEHOUSE_BINARY")
        }
        return newest.0
    }

    /// Runs the program to its end.
    package static func run(
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:],
        folder: String? = nil,
        seconds: Double = 30
    ) throws -> Command {
        try Command.run(
            [path()] + arguments,
            input: Array(input.utf8),
            environment: environment,
            folder: folder,
            seconds: seconds
        )
    }

    /// The folder that holds the package's manifest.
    package static func packageRoot(of file: String = #filePath) -> String {
        file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    }
}
