/// What one hash costs: memory, passes over it, and lanes.
package struct Argon2Cost: Sendable, Equatable {
    /// Memory, in KiB.
    package let memoryKibibytes: UInt32
    /// Passes over the memory.
    package let iterations: UInt32
    /// Lanes, each of which is a thread of its own while the hash is made.
    package let parallelism: UInt32

    /// 19 MiB, two passes, one lane: what OWASP's password storage cheat sheet asks for at least.
    package static let standard = Argon2Cost(checkedKibibytes: 19 * 1024, iterations: 2, parallelism: 1)

    /// The most that is ever worked on: 1 GiB, 16 passes, 16 lanes.
    ///
    /// A hash from the database that asks for more is an attack on the machine, or damaged.
    package static let memoryLimitKibibytes = 1024 * 1024
    private static let stepLimit = 16

    /// Makes a cost; nil outside of the limits, or with less than the 8 KiB a lane that Argon2 needs.
    package init?(memoryKibibytes: Int, iterations: Int, parallelism: Int) {
        guard (1...Self.stepLimit).contains(iterations), (1...Self.stepLimit).contains(parallelism) else { return nil }
        guard (8 * parallelism...Self.memoryLimitKibibytes).contains(memoryKibibytes) else { return nil }
        self.init(
            checkedKibibytes: UInt32(memoryKibibytes),
            iterations: UInt32(iterations),
            parallelism: UInt32(parallelism)
        )
    }

    private init(checkedKibibytes: UInt32, iterations: UInt32, parallelism: UInt32) {
        self.memoryKibibytes = checkedKibibytes
        self.iterations = iterations
        self.parallelism = parallelism
    }
}
