import Foundation
import Glibc
import TestSupport

/// A small file system of its own, which a test may fill; it is gone when the last reference goes.
final class StoreDisk: Sendable {
    /// Where it is mounted.
    let path: String
    private let scratch: Scratch

    /// Whether this machine lets the tests mount one.
    static let isPossible = getuid() == 0 && (try? StoreDisk()) != nil

    /// Mounts one.
    init(size: String = "4m") throws {
        scratch = try Scratch("disk")
        path = scratch.path
        _ = try Command.output(["mount", "-t", "tmpfs", "-o", "size=\(size),mode=0700", "none", path])
    }

    deinit { _ = try? Command.run(["umount", "-l", path]) }

    /// The path of a name on it.
    func file(_ name: String) -> String { path + "/" + name }

    /// Takes the last byte of room.
    func fill() throws {
        // `cat` ends with an error when the room is used up, which is what it is for.
        _ = try Command.run(["sh", "-c", #"cat /dev/zero >> "$0""#, file("filler")], seconds: 60)
    }

    /// Gives the room back.
    func free() throws { try FileManager.default.removeItem(atPath: file("filler")) }
}
