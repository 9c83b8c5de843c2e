import Foundation
import Glibc
import Synchronization

/// A fresh folder that only its owner may read, removed with everything in it when the last reference goes, or with the
/// process at the latest.
package final class Scratch: Sendable {
    // Fixtures that the whole run shares are never released, so the end of the process removes what is left.
    private static let live = Mutex<Set<String>>([])
    private static let removesAtExit: Bool =
        atexit {
            for path in Scratch.live.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
        } == 0

    /// The absolute path of the folder.
    package let path: String

    /// Makes the folder under the system's folder for temporary files, or in memory if the machine has a place for that.
    package init(_ name: String = "gatehouse", inMemory: Bool = false) throws {
        let isThere = inMemory && FileManager.default.isWritableFile(atPath: "/dev/shm")
        let root = isThere ? "/dev/shm" : FileManager.default.temporaryDirectory.path
        path = root + "/" + name + "-" + UUID().uuidString.prefix(13).lowercased()
        guard Self.removesAtExit, unsafe mkdir(path, 0o700) == 0 else {
            throw SupportFailure("cannot make \(path): errno \(errno)")
        }
        Self.live.withLock { _ = $0.insert(path) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        Self.live.withLock { _ = $0.remove(path) }
    }

    /// The absolute path of a name inside the folder.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file with the permissions given, and returns its path.
    @discardableResult
    package func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        try write(name, Array(text.utf8), mode: mode)
    }

    /// Writes a file with the permissions given, and returns its path.
    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8], mode: Int = 0o600) throws -> String {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: mode]
        guard FileManager.default.createFile(atPath: file(name), contents: Data(bytes), attributes: attributes) else {
            throw SupportFailure("cannot write \(file(name))")
        }
        return file(name)
    }

    /// The text of a file anywhere, undecodable bytes replaced; empty when it cannot be read.
    package static func text(at path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }
}
