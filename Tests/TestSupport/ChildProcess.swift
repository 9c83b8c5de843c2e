import Foundation
import Glibc
import Synchronization

/// A program that runs beside the test, with its input and outputs in files.
///
/// Files and not pipes, so that a chatty child never blocks and no other child inherits the end of a pipe. The child is
/// killed by its process id when the last reference goes.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum Ending: Equatable, Sendable {
        /// It returned this status.
        case exited(Int32)
        /// This signal ended it.
        case killed(Int32)
    }

    /// The process id, for signals and for `/proc`.
    package let identifier: Int32
    private let scratch: Scratch
    private let ending = Mutex<Ending?>(nil)

    /// Starts `arguments[0]`, found on `PATH` unless it holds a slash.
    ///
    /// - Parameters:
    ///   - arguments: the program and its arguments.
    ///   - environment: added to the environment of the test; an empty value removes the variable.
    ///   - input: the bytes of standard input.
    ///   - folder: the working directory; that of the test by default.
    ///   - descriptors: sockets that the child gets as descriptor 3, 4, and so on.
    /// - Throws: `SupportFailure` when the program cannot be started.
    package init(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: [UInt8] = [],
        folder: String? = nil,
        descriptors: [Int32] = []
    ) throws {
        scratch = try Scratch("child")
        try scratch.write("in", input)
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, scratch.file("in"), O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, scratch.file("out"), O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, scratch.file("err"), O_WRONLY | O_CREAT | O_APPEND, 0o600)
        for (offset, descriptor) in descriptors.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(3 + offset))
        }
        let located = folder.map { ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, $0] + arguments } ?? arguments
        identifier = unsafe try Self.spawn(located, environment: environment, actions: &actions)
    }

    deinit {
        if status == nil {
            kill(identifier, SIGKILL)
            _ = try? waitUntilExit(seconds: 5)
        }
    }

    /// What the process wrote to standard output so far.
    package var output: String { Scratch.text(at: scratch.file("out")) }

    /// What the process wrote to standard error so far.
    package var errors: String { Scratch.text(at: scratch.file("err")) }

    /// How the process ended, or nil while it runs.
    package var status: Ending? {
        ending.withLock { known in
            guard known == nil else { return known }
            var word: Int32 = 0
            guard unsafe waitpid(identifier, &word, WNOHANG) == identifier else { return nil }
            known = word & 0x7F == 0 ? .exited((word >> 8) & 0xFF) : .killed(word & 0x7F)
            return known
        }
    }

    /// Sends a signal to exactly this process.
    package func signal(_ number: Int32) {
        if status == nil { kill(identifier, number) }
    }

    /// Waits for the end of the process, and throws when it still runs at the deadline.
    @discardableResult
    package func waitUntilExit(seconds: Double = 10) throws -> Ending {
        try wait(for: "process \(identifier) to exit", seconds: seconds) { status != nil }
        guard let status else { throw SupportFailure("process \(identifier) has no status") }
        return status
    }

    private static func spawn(
        _ arguments: [String],
        environment: [String: String],
        actions: inout posix_spawn_file_actions_t
    ) throws -> Int32 {
        let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }.filter { !$0.value.isEmpty }
        var argumentPointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var environmentPointers = unsafe merged.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            unsafe (argumentPointers + environmentPointers).forEach { unsafe free($0) }
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // The test runner may block or ignore signals; a child must begin with the defaults or SIGTERM would not reach it.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var identifier: pid_t = 0
        let code = unsafe posix_spawnp(
            &identifier,
            arguments.first ?? "",
            &actions,
            &attributes,
            &argumentPointers,
            &environmentPointers
        )
        guard code == 0 else { throw SupportFailure("cannot start \(arguments): errno \(code)") }
        return identifier
    }
}
