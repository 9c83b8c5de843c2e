/// Makes 128-bit random request identifiers without an allocation or a lock per identifier.
///
/// It refills 1 KiB at a time from libcrypto. It is for one event loop: not `Sendable`, and not copyable either, because
/// a copy would repeat the identifiers of the original.
package struct RequestIdentifierGenerator: ~Copyable {
    private var words: [UInt64]
    private var position: Int

    private static let wordCount = 128

    /// Makes a generator whose first call fills its buffer.
    package init() {
        self.words = [UInt64](repeating: 0, count: Self.wordCount)
        self.position = Self.wordCount
    }

    /// Returns the next 16 random bytes as two words.
    package mutating func next() -> (high: UInt64, low: UInt64) {
        if position >= Self.wordCount { refill() }
        let pair = (high: words[position], low: words[position + 1])
        // A used identifier must not linger in memory as a hint to what the generator made.
        words[position] = 0
        words[position + 1] = 0
        position += 2
        return pair
    }

    private mutating func refill() {
        unsafe words.withUnsafeMutableBytes { buffer in unsafe Random.fill(buffer) }
        position = 0
    }
}

@available(*, unavailable)
extension RequestIdentifierGenerator: Sendable {}
