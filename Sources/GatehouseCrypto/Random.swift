private import COpenSSL

/// Randomness fit for keys.
package enum Random {
    /// Returns that many unpredictable bytes.
    ///
    /// They come from libcrypto's generator. Should that fail, which needs a broken libcrypto, they come from the
    /// kernel instead, so the result is never predictable and there is no error to forget. A count below 1 gives none.
    package static func bytes(_ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            unsafe fill(UnsafeMutableRawBufferPointer(buffer))
            initialized = count
        }
    }

    // RAND_bytes takes an `int`, so larger buffers are filled in pieces.
    static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        var generator = SystemRandomNumberGenerator()
        var offset = 0
        while offset < buffer.count {
            let piece = min(buffer.count - offset, 1 << 20)
            let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<offset + piece])
            let start = unsafe part.baseAddress?.assumingMemoryBound(to: UInt8.self)
            if unsafe RAND_bytes(start, CInt(piece)) != 1 {
                for index in part.indices { unsafe part[index] = generator.next() }
                ERR_clear_error()
            }
            offset += piece
        }
    }
}
