/// A request id: 1 to 128 bytes of `[A-Za-z0-9._-]`, as made by us or taken from a trusted proxy.
///
/// Ours is 32 lower-case hexadecimal digits, held without an allocation; a trusted one is copied.
package struct RequestID: Sendable, Equatable {
    private var high: UInt64 = 0
    private var low: UInt64 = 0
    private var adopted: [UInt8]?

    /// The id of all zeros, for a record that has none yet.
    package init() {}

    /// An id of our own from 128 random bits.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A trusted proxy's id, or nil if it is not of the form above.
    package init?(adopting bytes: ArraySlice<UInt8>) {
        guard (1...128).contains(bytes.count), bytes.allSatisfy(RequestID.isAllowed) else { return nil }
        self.adopted = Array(bytes)
    }

    /// Appends the id's bytes.
    package func write(to bytes: inout [UInt8]) {
        if let adopted = self.adopted {
            bytes.append(contentsOf: adopted)
        } else {
            appendHexadecimal(self.high, to: &bytes)
            appendHexadecimal(self.low, to: &bytes)
        }
    }

    /// The id as text.
    package var text: String {
        var bytes: [UInt8] = []
        self.write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
}

/// The W3C trace context of a request: the trace it belongs to and the span that we are.
package struct TraceContext: Sendable, Equatable {
    /// The 16 bytes of the trace id.
    package var traceHigh: UInt64 = 0
    package var traceLow: UInt64 = 0
    /// Our own span's id, the parent of what the app does.
    package var span: UInt64 = 0
    /// Whether the trace is sampled.
    package var isSampled = false

    /// A context of zeros, for a record that has none yet.
    package init() {}

    /// Appends `traceparent`'s value (W3C Trace Context section 3.2).
    package func write(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: [0x30, 0x30, 0x2D])
        self.writeTraceID(to: &bytes)
        bytes.append(0x2D)
        appendHexadecimal(self.span, to: &bytes)
        bytes.append(0x2D)
        bytes.append(0x30)
        bytes.append(self.isSampled ? 0x31 : 0x30)
    }

    /// Appends the 32 digits of the trace id.
    package func writeTraceID(to bytes: inout [UInt8]) {
        appendHexadecimal(self.traceHigh, to: &bytes)
        appendHexadecimal(self.traceLow, to: &bytes)
    }
}

/// Appends 16 lower-case hexadecimal digits, eight at a time: half bytes are spread into bytes, then turned into letters.
func appendHexadecimal(_ value: UInt64, to bytes: inout [UInt8]) {
    let high = hexadecimalWord(UInt32(truncatingIfNeeded: value >> 32))
    let words = (high, hexadecimalWord(UInt32(truncatingIfNeeded: value)))
    unsafe withUnsafeBytes(of: words) { unsafe bytes.append(contentsOf: $0) }
}

/// The eight digits of a number as bytes in memory order.
private func hexadecimalWord(_ value: UInt32) -> UInt64 {
    var spread = UInt64(value) & 0xFFFF | (UInt64(value) >> 16) << 32
    spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
    spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F
    let letters = ((spread &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    return (spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).bigEndian
}
