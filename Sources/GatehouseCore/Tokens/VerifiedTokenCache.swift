import GatehouseCrypto

/// The verified tokens of one event loop, found again by the whole token.
///
/// A hit costs a hash of the token's end and one comparison of all its bytes; nothing is allocated. Clock and generation are
/// checked on every hit, so a token is refused the second it expires or its keys change. Only what was verified is kept: a
/// flood of bad tokens displaces nothing. Bounded in bytes; when full, the clock hand gives every entry a second chance.
/// Belongs to one loop, not `Sendable`.
package final class VerifiedTokenCache {
    /// The bound on `byteCount`.
    package let maximumBytes: Int
    /// An estimate of the memory in use, tokens, claims and table included.
    package private(set) var byteCount = 0

    private var entries: [Entry] = []
    /// Open addressing with linear probing; a slot holds an index into `entries` plus one, or 0.
    private var slots: [UInt32]
    private var hand = 0
    private let seed: UInt64
    private let customHash: ((Span<UInt8>) -> UInt64)?

    private struct Entry {
        let hash: UInt64
        let key: [UInt8]
        let token: VerifiedToken
        let cost: Int
        var wasUsed: Bool

        /// Compares all bytes, eight at a time and without an early end: how much of a token was right must not show in time.
        func isOf(_ token: Span<UInt8>) -> Bool {
            let key = self.key.span
            guard key.count == token.count else { return false }
            let first = unsafe key.bytes
            let second = unsafe token.bytes
            var difference: UInt64 = 0
            var offset = 0
            while offset &+ 8 <= first.byteCount {
                difference |= first.word(offset) ^ second.word(offset)
                offset &+= 8
            }
            while offset < first.byteCount {
                difference |= UInt64(key[offset] ^ token[offset])
                offset &+= 1
            }
            return difference == 0
        }
    }

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - maximumBytes: The bound on the memory; the default holds 10,000 tokens of a dozen claims.
    ///   - hash: A hash of the token in place of our own, for tests of collisions.
    package init(maximumBytes: Int = 24 << 20, hash: ((Span<UInt8>) -> UInt64)? = nil) {
        self.maximumBytes = maximumBytes
        self.seed = UInt64.random(in: .min ... .max)
        self.customHash = hash
        self.slots = [UInt32](repeating: 0, count: 64)
        self.byteCount = 64 * MemoryLayout<UInt32>.stride
    }

    /// The number of tokens held.
    package var count: Int {
        self.entries.count
    }

    /// Finds what a token was verified to, if that still holds at this second and under these keys.
    package func find(_ token: Span<UInt8>, now: Int64, generation: UInt64) -> VerifiedToken? {
        let hash = self.hash(token)
        guard let slot = self.slot(of: token, hash: hash) else { return nil }
        let index = Int(self.slots[slot]) - 1
        let found = self.entries[index].token
        guard found.isCurrent(at: now), found.keyGeneration == generation else {
            self.remove(at: index, slot: slot)
            return nil
        }
        if !self.entries[index].wasUsed { self.entries[index].wasUsed = true }
        return found
    }

    /// Keeps what a token was verified to; something as large as an eighth of the cache is not kept.
    package func insert(_ token: Span<UInt8>, _ verified: VerifiedToken) {
        let key = [UInt8](copying: token)
        let cost = key.count + heapOverhead + MemoryLayout<Entry>.stride + verified.heapCount
        guard cost <= self.maximumBytes / 8 else { return }
        let hash = self.hash(token)
        if let slot = self.slot(of: token, hash: hash) {
            self.remove(at: Int(self.slots[slot]) - 1, slot: slot)
        }
        self.growTable()
        while self.byteCount + cost > self.maximumBytes, !self.entries.isEmpty {
            self.evict()
        }
        self.entries.append(Entry(hash: hash, key: key, token: verified, cost: cost, wasUsed: false))
        self.byteCount += cost
        self.place(UInt32(truncatingIfNeeded: self.entries.count), hash: hash)
    }

    /// Forgets everything.
    package func removeAll() {
        self.entries = []
        self.slots = [UInt32](repeating: 0, count: 64)
        self.byteCount = 64 * MemoryLayout<UInt32>.stride
        self.hand = 0
    }
}

// Finding and comparing.
extension VerifiedTokenCache {
    /// The slot of the entry with exactly this token.
    private func slot(of token: Span<UInt8>, hash: UInt64) -> Int? {
        let mask = self.slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while self.slots[slot] != 0 {
            let index = Int(self.slots[slot]) - 1
            if self.entries[index].hash == hash, self.entries[index].isOf(token) {
                return slot
            }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    /// Mixes the length and the last 32 bytes, which lie in the signature, with a secret of this cache.
    private func hash(_ token: Span<UInt8>) -> UInt64 {
        if let customHash = self.customHash { return customHash(token) }
        var value = self.seed ^ UInt64(truncatingIfNeeded: token.count)
        let bytes = unsafe token.bytes
        guard bytes.byteCount >= 32 else {
            for index in token.indices {
                value = VerifiedTokenCache.mix(value, UInt64(token[index]))
            }
            return value
        }
        for step in 1...4 {
            value = VerifiedTokenCache.mix(value, bytes.word(bytes.byteCount - 8 * step))
        }
        return value
    }

    @inline(__always)
    private static func mix(_ value: UInt64, _ word: UInt64) -> UInt64 {
        let product = (value ^ word ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}

// The table and the clock hand.
extension VerifiedTokenCache {
    private func place(_ number: UInt32, hash: UInt64) {
        let mask = self.slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while self.slots[slot] != 0 {
            slot = (slot &+ 1) & mask
        }
        self.slots[slot] = number
    }

    /// Keeps the table at most half full.
    private func growTable() {
        guard (self.entries.count + 1) * 2 > self.slots.count else { return }
        self.byteCount += self.slots.count * MemoryLayout<UInt32>.stride
        self.slots = [UInt32](repeating: 0, count: self.slots.count * 2)
        for (index, entry) in self.entries.enumerated() {
            self.place(UInt32(truncatingIfNeeded: index + 1), hash: entry.hash)
        }
    }

    /// Drops the first entry that was not used since the hand last passed it.
    private func evict() {
        for _ in 0...self.entries.count {
            if self.hand >= self.entries.count { self.hand = 0 }
            guard self.entries[self.hand].wasUsed else { break }
            self.entries[self.hand].wasUsed = false
            self.hand += 1
        }
        if self.hand >= self.entries.count { self.hand = 0 }
        self.remove(at: self.hand, slot: self.slot(ofIndex: self.hand))
    }

    private func remove(at index: Int, slot: Int) {
        self.byteCount -= self.entries[index].cost
        self.clear(slot)
        let last = self.entries.count - 1
        if index != last {
            let moved = self.slot(ofIndex: last)
            self.slots[moved] = UInt32(truncatingIfNeeded: index + 1)
            self.entries.swapAt(index, last)
        }
        self.entries.removeLast()
    }

    /// The slot that points to an entry; every entry has one.
    private func slot(ofIndex index: Int) -> Int {
        let mask = self.slots.count &- 1
        let number = UInt32(truncatingIfNeeded: index + 1)
        var slot = Int(truncatingIfNeeded: self.entries[index].hash) & mask
        while self.slots[slot] != number {
            slot = (slot &+ 1) & mask
        }
        return slot
    }

    /// Empties a slot and moves back what was placed behind it for want of it, so that no probe ends too early.
    private func clear(_ slot: Int) {
        let mask = self.slots.count &- 1
        var gap = slot
        self.slots[gap] = 0
        var next = (gap &+ 1) & mask
        while self.slots[next] != 0 {
            let home = Int(truncatingIfNeeded: self.entries[Int(self.slots[next]) - 1].hash) & mask
            if ((next &- home) & mask) >= ((next &- gap) & mask) {
                self.slots[gap] = self.slots[next]
                self.slots[next] = 0
                gap = next
            }
            next = (next &+ 1) & mask
        }
    }
}

extension RawSpan {
    /// Eight bytes at an offset as one word; an offset outside the span traps, as with an array.
    @inline(__always)
    func word(_ offset: Int) -> UInt64 {
        unsafe self.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
}

@available(*, unavailable)
extension VerifiedTokenCache: Sendable {}
