import Synchronization

/// Ports of the loopback address that nobody uses, each handed out once in the life of the test process.
///
/// Taken from below the range that the kernel gives to outgoing connections, so that a connection of another test
/// cannot land on one between the choice and its use.
package enum FreePort {
    private static let handedOut = Mutex<Set<Int>>([])

    /// A port that could be bound a moment ago.
    package static func next() throws -> Int {
        for _ in 0..<2000 {
            let candidate = Int.random(in: 20_000..<32_000)
            let isNew = handedOut.withLock { $0.insert(candidate).inserted }
            guard isNew else { continue }
            if let probe = try? Socket.listen(port: candidate, shared: false) {
                probe.close()
                return candidate
            }
        }
        throw SupportFailure("no free port on the loopback address")
    }
}
