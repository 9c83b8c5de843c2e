/// `accounts.passwords`: what a password must be, and what hashing it may cost.
package struct PasswordSettings: Sendable, Hashable {
    /// `minimum_length` in code points, from 8 to 128.
    package let minimumLength: Int
    /// `minimum_strength` in bits, from 0 to 128.
    package let minimumStrength: Int
    /// `argon2`.
    package let argon2: Argon2Settings
    /// `concurrency`: how many hashes are computed at one time, from 1 to 1024.
    package let concurrency: Int
    /// `queue`: how many may wait for that, from 0 to 100,000.
    package let queue: Int
}

/// `accounts.passwords.argon2`: the cost of one Argon2id hash (RFC 9106).
package struct Argon2Settings: Sendable, Hashable {
    /// `memory` in KiB, at least 8 for each lane and at most 1 GiB; a part of a KiB in the file is dropped.
    package let memoryKiB: Int
    /// `iterations`: passes over the memory, from 1 to 16.
    package let iterations: Int
    /// `parallelism`: lanes, from 1 to 16.
    package let parallelism: Int
}
