internal import Synchronization

/// Counts the client connections of the process and holds their limit.
package final class ConnectionCounter: Sendable {
    private let count = Atomic<Int>(0)
    private let limit: Int

    /// Makes a counter that lets so many connections in at a time.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Counts a connection; false if there are too many, in which case it was not counted.
    func admit() -> Bool {
        let (_, count) = self.count.add(1, ordering: .relaxed)
        guard count > self.limit else { return true }
        self.count.subtract(1, ordering: .relaxed)
        return false
    }

    /// Forgets a connection that was let in.
    func release() {
        self.count.subtract(1, ordering: .relaxed)
    }
}
