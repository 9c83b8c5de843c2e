import GatehouseAccounts
import GatehouseStores
import Testing

extension PasswordPool.Settings {
    /// A pool whose hashes cost next to nothing.
    static let cheap = cheap()

    static func cheap(memoryKibibytes: Int = 64) -> PasswordPool.Settings {
        let cost = Argon2Cost(memoryKibibytes: memoryKibibytes, iterations: 1, parallelism: 1) ?? .standard
        return PasswordPool.Settings(concurrency: 2, queue: 64, cost: cost)
    }
}

/// Waits until a condition holds; a failure if it does not within a minute and a half.
func eventually(_ what: Comment, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(90)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record(what)
            return
        }
        // house: the interval of a poll that has a deadline.
        try await Task.sleep(for: .milliseconds(2))
    }
}
