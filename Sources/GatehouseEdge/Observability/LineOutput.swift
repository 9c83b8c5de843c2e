private import Glibc
private import Synchronization

/// Writes of whole lines to a descriptor that never wait for a reader.
enum LineOutput {
    /// The longest line that a pipe takes whole once it says that it is writable (pipe(7)).
    static let longestLine = 4096

    private static let turn = Mutex(())

    /// Writes the line in one piece if the descriptor takes it now; false if it does not, then nothing was written.
    ///
    /// One line at a time in the whole process, so that the room that was seen is still there. A line over the longest
    /// one is refused.
    static func write(_ line: [UInt8], to descriptor: Int32) -> Bool {
        guard line.count <= LineOutput.longestLine else { return false }
        return LineOutput.turn.withLock { _ in
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&request, 1, 0) == 1, request.revents & Int16(POLLOUT) != 0 else { return false }
            return unsafe line.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
                == line.count
        }
    }
}
